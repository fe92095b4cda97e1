package io.tokensweep.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a report shows, as files for papers and other programs. */
public final class ReportFiles {
  private ReportFiles() {}

  /**
   * Every figure as PNG, SVG and CSV; the table of trials as CSV, Markdown and LaTeX, and in the
   * columns of timm. Several data sets have files of their own, with a number behind the name.
   *
   * @return the files
   */
  public static List<Path> write(ReportData data, Path folder) {
    List<Section> sections = Section.of(data.trials(), data.evidence());
    List<String> methods = Looks.methods(sections);
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < sections.size(); i++) {
      Section section = sections.get(i);
      String suffix = sections.size() == 1 ? "" : "-" + (i + 1);
      List<Figure> figures =
          Figures.ofFiles(section, new Looks(section, methods)).stream()
              .map(figure -> figure.named(figure.key() + suffix))
              .toList();
      files.addAll(FigureFiles.write(figures, folder));
      files.addAll(TableFiles.write(section, folder, suffix));
    }
    return files;
  }
}
