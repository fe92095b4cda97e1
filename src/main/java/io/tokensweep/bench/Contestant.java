package io.tokensweep.bench;

import java.util.Optional;

/**
 * Something that is timed against others.
 *
 * @param name in tables
 * @param work one repetition
 * @param items images, rows or trials of one repetition
 * @param macs of one item, where they are known
 */
record Contestant(String name, Work work, int items, Optional<Long> macs) {
  /** One repetition. What is not to be timed happens outside of the seconds that it returns. */
  interface Work {
    /** How long it took. */
    double seconds();

    /** All of it is timed. */
    static Work of(Runnable timed) {
      return () -> {
        long start = System.nanoTime();
        timed.run();
        return (System.nanoTime() - start) / 1e9;
      };
    }
  }

  Contestant {
    if (items < 1) {
      throw new IllegalArgumentException("%s has %d items".formatted(name, items));
    }
  }
}
