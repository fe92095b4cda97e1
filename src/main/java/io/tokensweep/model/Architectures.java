package io.tokensweep.model;

import java.util.List;
import java.util.Optional;

/**
 * The published backbones by the names of timm and TokenLabeling, as their papers give the
 * dimensions.
 */
public final class Architectures {
  /** The name under which a sweep file gives every dimension itself. */
  public static final String CUSTOM = "vit_custom";

  private static final List<Architecture> ALL =
      List.of(
          patch16("deit_tiny_patch16_224", 192, 3, Design.VIT),
          patch16("deit_small_patch16_224", 384, 6, Design.VIT),
          patch16("deit_base_patch16_224", 768, 12, Design.VIT),
          patch16("deit_tiny_distilled_patch16_224", 192, 3, Design.DISTILLED),
          patch16("deit_small_distilled_patch16_224", 384, 6, Design.DISTILLED),
          patch16("deit_base_distilled_patch16_224", 768, 12, Design.DISTILLED),
          patch16("vit_base_patch16_224", 768, 12, Design.VIT),
          new Architecture("lvvit_s", 224, 16, 384, 16, 6, 1152, 1000, Design.LV_VIT));

  private Architectures() {}

  /** The names that {@link #named} knows. */
  public static List<String> names() {
    return ALL.stream().map(Architecture::name).toList();
  }

  /** A published architecture; empty if the name is none of {@link #names}. */
  public static Optional<Architecture> named(String name) {
    return ALL.stream().filter(architecture -> architecture.name().equals(name)).findFirst();
  }

  private static Architecture patch16(String name, int width, int heads, Design design) {
    return new Architecture(name, 224, 16, width, 12, heads, 4 * width, 1000, design);
  }
}
