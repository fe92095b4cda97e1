package io.tokensweep.spark;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The masters of a standalone cluster, one of which has to answer. Spark itself gives up after a
 * minute in which none does, and not in a way that says so.
 *
 * @param url such as {@code spark://host:7077}
 */
record Masters(String url) {
  private static final String SCHEME = "spark://";
  private static final int CONNECT_MILLIS = 2000;
  private static final long PAUSE_MILLIS = 500;

  /** Whether one answers; always where there is none to ask, or none that a name is given of. */
  boolean answer() {
    List<InetSocketAddress> addresses = addresses();
    return addresses.isEmpty() || addresses.stream().anyMatch(Masters::answers);
  }

  /**
   * Waits until one answers.
   *
   * @throws UnfinishedException if none does for so long
   */
  void await(long seconds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!answer()) {
      if (System.nanoTime() >= end) {
        throw gone("within %d s (%s)".formatted(seconds, Settings.EXECUTOR_TIMEOUT));
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
  }

  /**
   * Does nothing while one answers.
   *
   * @param failure that may have come from that
   * @throws UnfinishedException if none does
   */
  void throwIfGone(Exception failure) {
    if (!answer()) {
      UnfinishedException gone = gone("any more");
      gone.addSuppressed(failure);
      throw gone;
    }
  }

  private UnfinishedException gone(String when) {
    return new UnfinishedException(
        "the master %s does not answer %s; the same command goes on from what is committed"
            .formatted(url, when));
  }

  private List<InetSocketAddress> addresses() {
    if (!url.startsWith(SCHEME)) {
      return List.of();
    }
    return Stream.of(url.substring(SCHEME.length()).split(",", -1))
        .filter(address -> address.matches(".+:[0-9]{1,5}"))
        .map(
            address -> {
              int colon = address.lastIndexOf(':');
              return new InetSocketAddress(
                  address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
            })
        .toList();
  }

  private static boolean answers(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(address, CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
