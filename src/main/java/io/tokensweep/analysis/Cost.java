package io.tokensweep.analysis;

import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Latency;
import io.tokensweep.store.TrialRow.Quality;
import io.tokensweep.store.TrialRow.Status;
import io.tokensweep.store.TrialRow.Throughput;
import io.tokensweep.store.TrialRow.Timing;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** What accuracy is weighed against. Less is better in each. */
public enum Cost {
  /** Multiply-accumulates of an image. */
  MACS,

  /** Milliseconds of an image in a batch: 1000 over the images per second. */
  THROUGHPUT,

  /** Milliseconds of an image alone, median. */
  LATENCY,

  /** Bytes of a forward pass over a batch. */
  MEMORY;

  /** Of a trial, if it was measured and its status is ok. */
  public OptionalDouble of(TrialRow trial) {
    if (trial.status() != Status.OK) {
      return OptionalDouble.empty();
    }
    Optional<Timing> timing = trial.throughput().flatMap(Throughput::timing);
    OptionalDouble cost =
        switch (this) {
          case MACS -> trial.quality().map(Quality::macs).stream().mapToDouble(m -> m).findFirst();
          case THROUGHPUT ->
              trial.throughput().stream()
                  .mapToDouble(throughput -> 1000 / throughput.imagesPerSecond().value())
                  .findFirst();
          case LATENCY ->
              timing.flatMap(Timing::latency).stream().mapToDouble(Latency::p50).findFirst();
          case MEMORY ->
              timing.stream()
                  .flatMapToLong(known -> known.peakMemory().stream())
                  .mapToDouble(bytes -> bytes)
                  .findFirst();
        };
    return cost.isPresent() && Double.isFinite(cost.getAsDouble()) ? cost : OptionalDouble.empty();
  }

  /** What must be equal for this cost of two trials to be compared, besides data and precision. */
  List<Object> conditions(TrialRow trial) {
    return switch (this) {
      case MACS -> List.of();
      case THROUGHPUT, MEMORY ->
          trial
              .throughput()
              .map(t -> List.<Object>of(t.batchSize(), t.threads()))
              .orElse(List.of());
      case LATENCY -> trial.throughput().map(t -> List.<Object>of(t.threads())).orElse(List.of());
    };
  }

  /** As options and files name it. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
