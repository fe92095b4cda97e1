package io.tokensweep.report;

import io.tokensweep.store.TrialRow;
import io.tokensweep.store.TrialRow.Audited;
import io.tokensweep.store.TrialRow.Configuration;
import io.tokensweep.store.TrialRow.Diversity;
import io.tokensweep.store.TrialRow.Interval;
import io.tokensweep.store.TrialRow.Latency;
import io.tokensweep.store.TrialRow.Quality;
import io.tokensweep.store.TrialRow.Status;
import io.tokensweep.store.TrialRow.Throughput;
import io.tokensweep.store.TrialRow.Timing;
import io.tokensweep.store.Wilson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Made-up trials of the size that real ones have. */
final class Trials {
  static final double[] KEEP_RATES = {0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};
  private static final double[] FUSED = {66.1, 73.9, 76.6, 78.3, 79.2, 79.7, 79.8};
  private static final double[] NOT_FUSED = {63.2, 71.4, 75.4, 77.7, 78.9, 79.6, 79.9};
  private static final double[] RANDOM = {45.8, 60.2, 67.3, 72.1, 75.2, 77.4, 78.8};
  private static final double[] MACS = {1.64, 1.94, 2.3, 2.64, 3.0, 3.5, 4.0};

  private Trials() {}

  /** none, evit with and without fusion and random at seven keep rates, and one that failed. */
  static List<TrialRow> sweep(String model, int resolution, String data, long images) {
    double scale = Math.pow(resolution / 224.0, 2);
    List<TrialRow> trials = new ArrayList<>();
    trials.add(
        trial(model, resolution, data, "none", "{}", OptionalDouble.empty())
            .measured(images, 79.8, 4.6 * scale, 943 / scale, 1));
    for (int i = 0; i < KEEP_RATES.length; i++) {
      OptionalDouble keepRate = OptionalDouble.of(KEEP_RATES[i]);
      double speed = 943 * 4.6 / MACS[i] * 0.95 / scale;
      trials.add(
          trial(model, resolution, data, "evit", "{\"fuse\":true}", keepRate)
              .measured(images, FUSED[i], (MACS[i] + 0.02) * scale, speed * 0.99, KEEP_RATES[i]));
      trials.add(
          trial(model, resolution, data, "evit", "{\"fuse\":false}", keepRate)
              .measured(images, NOT_FUSED[i], MACS[i] * scale, speed * 1.02, KEEP_RATES[i] * 0.98));
      trials.add(
          trial(model, resolution, data, "random", "{\"seed\":0}", keepRate)
              .measured(images, RANDOM[i], MACS[i] * scale, speed * 1.03, KEEP_RATES[i] * 0.9));
    }
    return trials;
  }

  static Builder trial(
      String model,
      int resolution,
      String data,
      String method,
      String parameters,
      OptionalDouble keepRate) {
    return new Builder(
        new Configuration(
            model,
            "c".repeat(64),
            Optional.empty(),
            data,
            "{\"crop\":%d}".formatted(resolution),
            "bicubic",
            method,
            parameters,
            keepRate,
            resolution,
            "fp32",
            method.equals("none") ? List.of() : List.of(3, 6, 9),
            22_050_664));
  }

  static ReportData report(List<TrialRow> trials) {
    return new ReportData(
        "deit-small-keep-rates",
        trials,
        new Provenance(
            "ImageNet-1k val",
            Instant.parse("2026-11-20T09:14:00Z"),
            Optional.of("4e74f52c0ffee1234567890abcdef1234567890a"),
            false,
            List.of(
                new Provenance.Detail("run", "20261120T091400-4e74f52"),
                new Provenance.Detail("engine", "PyTorch 2.7.1, DJL 0.35.1"))),
        List.of());
  }

  /** Adds the outcome to a configuration. */
  record Builder(Configuration configuration) {
    TrialRow measured(
        long images, double top1, double gigamacs, double imagesPerSecond, double keepRate) {
      long correct = Math.round(images * top1 / 100);
      long correct5 = Math.min(images, Math.round(correct * 1.18));
      double patches = Math.pow(configuration.resolution() / 16.0, 2);
      List<Double> tokens = new ArrayList<>();
      for (int block = 0; block < 12; block++) {
        tokens.add(1 + Math.ceil(patches * Math.pow(keepRate, Math.floor(block / 3.0))));
      }
      double norm = 0.31 + 0.12 * keepRate + 0.05 * Math.sin(5 * keepRate);
      double raw = norm * (tokens.get(11) - 1) * 384;
      return row(
          Status.OK,
          Optional.empty(),
          Optional.of(
              new Quality(
                  images,
                  0,
                  correct,
                  correct5,
                  Wilson.percent(correct, images),
                  Wilson.percent(correct5, images),
                  4.2 - top1 / 24,
                  Math.round(gigamacs * 1e9),
                  OptionalLong.of(0),
                  tokens,
                  new Diversity(raw, raw * 0.97, norm, norm * 0.97),
                  9,
                  128,
                  "d".repeat(64))),
          Optional.of(
              new Throughput(
                  new Interval(imagesPerSecond, imagesPerSecond * 0.985, imagesPerSecond * 1.01),
                  256,
                  1,
                  30,
                  Optional.empty())));
    }

    /** As {@link #measured}, with what schema 1.2 added. */
    TrialRow timed(double imagesPerSecond, double ratio, Optional<String> warning) {
      TrialRow row = measured(500, 75, 3, imagesPerSecond, 0.7);
      Throughput throughput = row.throughput().orElseThrow();
      return row(
          Status.OK,
          Optional.empty(),
          row.quality(),
          Optional.of(
              new Throughput(
                  throughput.imagesPerSecond(),
                  throughput.batchSize(),
                  throughput.threads(),
                  throughput.batches(),
                  Optional.of(
                      new Timing(
                          new Interval(
                              imagesPerSecond, imagesPerSecond * 0.99, imagesPerSecond * 1.02),
                          Optional.of(new Interval(ratio, ratio - 0.01, ratio + 0.02)),
                          Optional.of(new Latency(4.25, 5, 7.5, 100)),
                          1,
                          3,
                          Optional.of(warning.isEmpty()),
                          OptionalLong.of(96L << 20),
                          3e11,
                          OptionalDouble.of(1e12),
                          warning,
                          new Audited(256, 0))))));
    }

    TrialRow failed(Status status, String error) {
      return row(status, Optional.of(error), Optional.empty(), Optional.empty());
    }

    private TrialRow row(
        Status status,
        Optional<String> error,
        Optional<Quality> quality,
        Optional<Throughput> throughput) {
      return new TrialRow(
          "20261120T091400-4e74f52",
          "%016x".formatted(configuration.hashCode() * 0x9E3779B97F4A7C15L),
          configuration,
          status,
          error,
          quality,
          throughput);
    }
  }
}
