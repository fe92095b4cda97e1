package io.tokensweep.data;

/** The colours of a drawing by their role. */
record Palette(Rgb body, Rgb trim, Rgb accent) {
  Rgb of(Part.Ink ink) {
    return switch (ink) {
      case BODY -> body;
      case TRIM -> trim;
      case ACCENT -> accent;
    };
  }
}
