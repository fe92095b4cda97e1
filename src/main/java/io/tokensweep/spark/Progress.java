package io.tokensweep.spark;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * One line of progress, rewritten in place on a terminal and repeated now and then in a log.
 * Thread-safe.
 */
final class Progress {
  private static final long TERMINAL_MILLIS = 200;
  private static final long LOG_MILLIS = 5_000;

  private final PrintStream out;
  private final boolean terminal;
  private final String stage;
  private final long total;
  private final String what;
  private final long start = System.nanoTime();
  private long done;
  private long kept;
  private long lastPrint;

  /**
   * @param what printed ahead of the images, such as the number of trials
   * @param total images to evaluate, each once for every trial of its group
   */
  Progress(PrintStream out, boolean terminal, String stage, String what, long total) {
    this.out = out;
    this.terminal = terminal;
    this.stage = stage;
    this.what = what;
    this.total = total;
  }

  /** Images that an earlier process of the run evaluated: done, but no part of the rate. */
  synchronized void keep(long images) {
    kept += images;
    add(images);
  }

  synchronized void add(long images) {
    done += images;
    long now = System.nanoTime() / 1_000_000;
    boolean last = done >= total;
    if (last || now - lastPrint >= (terminal ? TERMINAL_MILLIS : LOG_MILLIS)) {
      lastPrint = now;
      print(last);
    }
  }

  /** A line of its own. */
  synchronized void say(String line) {
    out.println((terminal ? "\r\u001b[K" : "") + "%-10s  %s".formatted(stage, line));
  }

  private void print(boolean last) {
    double seconds = (System.nanoTime() - start) / 1e9;
    double rate = Math.max(1e-3, (double) (done - kept)) / Math.max(seconds, 1e-3);
    String line =
        String.format(
            Locale.ROOT,
            "%-10s  %s%,d/%,d images  %,.0f images/s  %s",
            stage,
            what,
            done,
            total,
            rate,
            last ? "in " + clock(seconds) : clock((total - done) / rate) + " left");
    if (terminal) {
      out.print("\r\u001b[K" + line + (last ? "\n" : ""));
      out.flush();
    } else {
      out.println(line);
    }
  }

  static String clock(double seconds) {
    Duration duration = Duration.ofMillis(Math.round(seconds * 1000));
    return duration.toHours() > 0
        ? "%d:%02d:%02d"
            .formatted(duration.toHours(), duration.toMinutesPart(), duration.toSecondsPart())
        : "%d:%02d".formatted(duration.toMinutes(), duration.toSecondsPart());
  }
}
