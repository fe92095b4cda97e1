package io.tokensweep.cli;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** A driver that YARN runs in its own process. */
class YarnDriverTest {
  /** If it exited, it would take this process with it. */
  @Test
  void returnsWhenAllIsDone() {
    Map<String, String> settings =
        Map.of("spark.master", "yarn", "spark.submit.deployMode", "cluster");
    settings.forEach(System::setProperty);
    try {
      TokenSweep.main(new String[] {"--version"});
    } finally {
      settings.keySet().forEach(System::clearProperty);
    }
  }
}
