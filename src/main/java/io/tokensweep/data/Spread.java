package io.tokensweep.data;

import java.util.List;
import java.util.stream.IntStream;

/** Takes some of many, evenly over their order. */
public final class Spread {
  private Spread() {}

  /**
   * Those at {@code floor(i * n / count)} for i below {@code count}; all of them where there are
   * not more.
   *
   * @param count at least 1
   */
  public static <T> List<T> over(List<T> all, int count) {
    if (count < 1) {
      throw new IllegalArgumentException("count %d is below 1".formatted(count));
    }
    return count >= all.size()
        ? all
        : IntStream.range(0, count)
            .mapToObj(i -> all.get((int) ((long) i * all.size() / count)))
            .toList();
  }
}
