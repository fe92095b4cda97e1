package io.tokensweep.data;

/** One part of a drawing and the role that its colour plays. */
record Part(Outline outline, Ink ink) {

  /** The colours of a drawing by their role; every drawing chooses its own. */
  enum Ink {
    BODY,
    TRIM,
    ACCENT
  }

  static Part body(Outline outline) {
    return new Part(outline, Ink.BODY);
  }

  static Part trim(Outline outline) {
    return new Part(outline, Ink.TRIM);
  }

  static Part accent(Outline outline) {
    return new Part(outline, Ink.ACCENT);
  }
}
