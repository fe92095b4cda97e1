package io.tokensweep.eval.conformance;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Where the tokens of one image went at one site, here and in the recorded run. Input tokens have
 * their recorded numbers.
 *
 * @param ours our output of each input token, -1 if it was dropped, {@link #UNKNOWN} if no patch
 *     tells
 * @param recorded recorded output of each input token, -1 if it was dropped
 * @param ourToken our number of each input token
 * @param recordedOutputs the recorded number of each of our outputs
 */
@SuppressWarnings("ArrayRecordComponent") // read only
record SiteGroups(int[] ours, int[] recorded, int[] ourToken, int[] recordedOutputs) {
  /** Where a token went that no patch belongs to, such as a token fused from clustered ones. */
  static final int UNKNOWN = -2;

  /**
   * @param recordedToken the recorded number of each of our input tokens
   * @param recorded recorded output of each input token
   */
  static SiteGroups of(SiteRecord site, int image, int batch, int[] recordedToken, int[] recorded) {
    int[] ours = new int[recorded.length];
    int[] ourToken = new int[recorded.length];
    Arrays.fill(ours, UNKNOWN);
    int patches = site.sourcesAfter().length / batch;
    for (int patch = image * patches; patch < (image + 1) * patches; patch++) {
      int before = site.sourcesBefore()[patch];
      if (before >= 0) {
        ours[recordedToken[before]] = site.sourcesAfter()[patch];
      }
    }
    for (int token = 0; token < recordedToken.length; token++) {
      ourToken[recordedToken[token]] = token;
    }
    return new SiteGroups(ours, recorded, ourToken, outputs(ours, recorded, site.tokensAfter()));
  }

  /**
   * Recorded rows of (B, specials + N) tokens, each of {@code width} values, in the order of ours.
   *
   * @param recordedToken for each image and each of our tokens its number in the recorded run
   */
  static double[] inOurOrder(int[][] recordedToken, double[] recorded, int width, int specials) {
    double[] ordered = recorded.clone();
    int rows = recorded.length / width / recordedToken.length;
    for (int image = 0; image < recordedToken.length; image++) {
      int first = image * rows + specials;
      int[] index = recordedToken[image];
      for (int token = 0; token < index.length; token++) {
        System.arraycopy(
            recorded, (first + index[token]) * width, ordered, (first + token) * width, width);
      }
    }
    return ordered;
  }

  /** Outputs that no known token tells apart correspond in their order. */
  private static int[] outputs(int[] ours, int[] recorded, int count) {
    int[] outputs = new int[count];
    Arrays.fill(outputs, -1);
    boolean[] taken = new boolean[count];
    for (int token = 0; token < ours.length; token++) {
      if (ours[token] >= 0 && recorded[token] >= 0 && recorded[token] < count) {
        outputs[ours[token]] = recorded[token];
        taken[recorded[token]] = true;
      }
    }
    int[] free = IntStream.range(0, count).filter(output -> !taken[output]).toArray();
    int next = 0;
    for (int output = 0; output < count; output++) {
      if (outputs[output] < 0 && next < free.length) {
        outputs[output] = free[next++];
      }
    }
    return outputs;
  }

  /** Whether both put the same tokens together and drop the same. */
  boolean areThose() {
    boolean same = Arrays.stream(recordedOutputs).distinct().count() == recordedOutputs.length;
    for (int token = 0; token < ours.length; token++) {
      same &=
          ours[token] == UNKNOWN
              || (ours[token] < 0
                  ? recorded[token] < 0
                  : recordedOutputs[ours[token]] == recorded[token]);
    }
    return same;
  }

  String describeOurs() {
    return Arrays.toString(ours);
  }
}
