package io.tokensweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.cli.Program.Ended;
import io.tokensweep.report.PaperView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The sweeps of the papers run on drawn pictures and show their figure or table. */
class PaperSweepsTest {
  private static final int FEW_IMAGES = 50;

  @TempDir static Path results;

  /** With few images quality alone, because timing takes as long with few as with many. */
  @ParameterizedTest
  @EnumSource
  void theSweepShowsItsView(PaperView view) throws IOException {
    int limit = Integer.getInteger("paper.limit", 6);
    String measure =
        limit < FEW_IMAGES ? "measure={quality: {batch_size: 50}}" : "name=" + view.key();
    Ended ended =
        Program.run(
            "run",
            Path.of("sweeps/paper", view.key() + ".yaml"),
            "--limit",
            limit,
            "--set",
            measure,
            "--results",
            results,
            "--json");
    assertEquals(0, ended.code(), ended.err());
    assertEquals(limit, ended.json().get("images").intValue());
    String html = Files.readString(Path.of(ended.json().get("report").textValue()));
    int section = html.indexOf("<section class=\"paper\" id=\"" + view.key() + "\">");
    assertTrue(section > 0, "no section of the view");
    assertTrue(html.indexOf("class=\"number measured\"", section) > 0, "nothing was measured");
  }
}
