package io.tokensweep.report;

import io.tokensweep.InvalidInputException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A figure or table of a paper as a view of a run: what is printed beside what was measured. A
 * sweep of the view's name has it in its report.
 */
public enum PaperView {
  BAT_FIGURE_1(
      "BAT, Figure 1: importance, diversity, and both",
      "Accuracy against keep rate of a pruned DeiT-S, for methods that keep what the class token attends to, methods that cluster what is alike, and BAT, which does both.",
      Axis.KEEP_RATE),
  BAT_FIGURE_4(
      "BAT, Figure 4: accuracy and diversity",
      "EViT and BAT on DeiT-S: accuracy, and the diversity score of the tokens after the last site, against keep rate. The paper prints accuracies in tables and no diversity scores.",
      Axis.DIVERSITY),
  BAT_FIGURE_6(
      "BAT, Figure 6: accuracy against work",
      "DynamicViT, EViT and BAT on DeiT-S at different amounts of work.",
      Axis.MACS),
  BAT_TABLE_1(
      "BAT, Table 1: methods on DeiT", "Token reduction on DeiT-T, DeiT-S and DeiT-B.", Axis.NONE),
  BAT_TABLE_2("BAT, Table 2: backbones", "Other networks, and reduction on LV-ViT-S.", Axis.NONE),
  BAT_TABLE_3(
      "BAT, Table 3: the parts of BAT",
      "DeiT-S with one part of BAT after the other, at two keep rates.",
      Axis.NONE),
  BAT_TABLE_4(
      "BAT, Table 4: token mergers",
      "DeiT-S with other ways to merge inattentive tokens.",
      Axis.NONE),
  EVIT_OFF_THE_SHELF(
      "EViT: a trained DeiT-S without training",
      "Keep rates on a network that was not trained for them.",
      Axis.KEEP_RATE),
  EVIT_KEEP_RATES(
      "EViT: keep rates without fusion", "DeiT-S, inattentive tokens dropped.", Axis.KEEP_RATE),
  EVIT_FUSION(
      "EViT: keep rates with fusion", "DeiT-S, inattentive tokens fused into one.", Axis.KEEP_RATE),
  EVIT_RESOLUTIONS(
      "EViT: higher resolutions on DeiT-S", "More pixels at the work of fewer.", Axis.MACS),
  EVIT_LVVIT("EViT on LV-ViT-S", "Keep rates on LV-ViT-S.", Axis.KEEP_RATE),
  EVIT_LVVIT_RESOLUTIONS(
      "EViT: higher resolutions on LV-ViT-S", "More pixels at the work of fewer.", Axis.MACS),
  PPT_FIGURE_3(
      "PPT, Figure 3: variance of the significance scores",
      "How much the scores of an image's tokens differ, block by block: where they differ little PPT merges, where much it drops. Means over images.",
      Axis.BLOCKS),
  PPT_FIGURE_4(
      "PPT, Figure 4: accuracy against work", "Methods on DeiT-S, off the shelf.", Axis.MACS);

  /** What a chart has along the bottom. */
  enum Axis {
    NONE,
    KEEP_RATE,
    MACS,
    DIVERSITY,
    BLOCKS
  }

  private final String title;
  private final String about;
  private final Axis axis;

  PaperView(String title, String about, Axis axis) {
    this.title = title;
    this.about = about;
    this.axis = axis;
  }

  /** The view of a name such as {@code bat-figure-1}, if there is one. */
  public static Optional<PaperView> find(String name) {
    return Stream.of(values()).filter(view -> view.key().equals(name)).findFirst();
  }

  /**
   * The view of a name.
   *
   * @throws InvalidInputException if there is none
   */
  public static PaperView named(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "--view: found '%s', allowed are %s"
                        .formatted(
                            name,
                            Stream.of(values())
                                .map(PaperView::key)
                                .collect(Collectors.joining(", ")))));
  }

  /** Its name, which is that of its sweep. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String title() {
    return title;
  }

  String about() {
    return about;
  }

  Axis axis() {
    return axis;
  }

  /** What it compares, in the order of the paper. */
  List<PaperLine> lines() {
    return PaperLine.of(this);
  }
}
