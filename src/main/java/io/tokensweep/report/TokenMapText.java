package io.tokensweep.report;

import io.tokensweep.report.TokenMap.Fate;
import java.util.ArrayList;
import java.util.List;

/** What is written under a token map. */
final class TokenMapText {
  private TokenMapText() {}

  /** Such as {@code after block 3} or {@code final, after block 9}. */
  static String place(TokenMap map, TokenMaps.OfTrial trial) {
    boolean isLast = trial.end().map(end -> end.block() == map.block()).orElse(false);
    return (isLast ? "final, after block " : "after block ") + map.block();
  }

  static String tokens(TokenMap map) {
    return map.tokens() == 1 ? "1 token" : map.tokens() + " tokens";
  }

  /** Such as {@code 98 kept, 61 in 20 groups, 37 dropped}. */
  static String counts(TokenMap map) {
    List<String> parts = new ArrayList<>();
    parts.add(map.count(Fate.KEPT) + " kept");
    if (map.groups() > 0) {
      parts.add(
          map.count(Fate.MERGED)
              + (map.groups() == 1 ? " in 1 group" : " in " + map.groups() + " groups"));
    }
    if (map.count(Fate.DROPPED) > 0) {
      parts.add(map.count(Fate.DROPPED) + " dropped");
    }
    return String.join(", ", parts);
  }
}
