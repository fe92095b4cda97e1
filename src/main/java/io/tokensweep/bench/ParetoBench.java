package io.tokensweep.bench;

import io.tokensweep.analysis.Fronts;
import io.tokensweep.analysis.SampleFront;
import java.util.List;
import java.util.Optional;

/** Fronts on confidence of many trials on many images. */
public final class ParetoBench {
  private ParetoBench() {}

  /**
   * @param trials that are compared
   * @param images of the data set
   */
  public static Comparison run(int trials, int images, Rounds rounds) {
    SampleFront sample = new SampleFront(trials, images);
    return rounds.time(
        "fronts of %d trials on %d images, %d replicates"
            .formatted(trials, images, Fronts.REPLICATES),
        "fronts/s",
        contestants(sample));
  }

  static List<Contestant> contestants(SampleFront sample) {
    return List.of(
        new Contestant(
            "draw images and place trials",
            Contestant.Work.of(() -> analyse(sample)),
            1,
            Optional.empty()));
  }

  private static void analyse(SampleFront sample) {
    double probability = sample.analyse(Fronts.REPLICATES);
    if (!(probability >= 1 - 1e-9)) {
      throw new IllegalStateException("no front in some replicate: " + probability);
    }
  }
}
