package io.tokensweep.store;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Ids that sort by time, such as {@code 20261121T004634123Z-1a2b3c}. */
final class TimedId {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);
  private static final SecureRandom RANDOM = new SecureRandom();

  private TimedId() {}

  static String at(Instant now) {
    return TIME.format(now) + "-" + "%06x".formatted(RANDOM.nextInt(1 << 24));
  }
}
