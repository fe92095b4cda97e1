package io.tokensweep.analysis.compare;

/** What is compared. */
public enum Metric {
  TOP1("top1", "points", Kind.IMAGES, Better.HIGHER, 0, 0.5),
  TOP5("top5", "points", Kind.IMAGES, Better.HIGHER, 0, 0.5),
  LOSS("loss", "nats", Kind.IMAGES, Better.LOWER, 0, 0.01),
  DIVERSITY("diversity", "%", Kind.IMAGES, Better.NEITHER, 0, 1),
  MACS("macs", "%", Kind.EXACT, Better.LOWER, 0, 0),
  PARAMS("params", "%", Kind.EXACT, Better.LOWER, 0, 0),
  THROUGHPUT("throughput", "%", Kind.SESSIONS, Better.HIGHER, 2, 3),
  LATENCY("latency", "%", Kind.SESSIONS, Better.LOWER, 3, 5),
  MEMORY("memory", "%", Kind.SESSIONS, Better.LOWER, 5, 10);

  /** What a value is one of. */
  public enum Kind {
    /** One value for each image, of equal code equal. */
    IMAGES,
    /** One value for each session of timing. */
    SESSIONS,
    /** Counted: any difference is one. */
    EXACT
  }

  /** Which way is up. */
  public enum Better {
    HIGHER,
    LOWER,
    /** A change is told, and no regression. */
    NEITHER
  }

  private final String key;
  private final String unit;
  private final Kind kind;
  private final Better better;
  private final double minimumEffect;
  private final double sameWithin;

  Metric(
      String key, String unit, Kind kind, Better better, double minimumEffect, double sameWithin) {
    this.key = key;
    this.unit = unit;
    this.kind = kind;
    this.better = better;
    this.minimumEffect = minimumEffect;
    this.sameWithin = sameWithin;
  }

  /** As in the store and on the command line. */
  public String key() {
    return key;
  }

  /** Of a change. */
  public String unit() {
    return unit;
  }

  public Kind kind() {
    return kind;
  }

  public Better better() {
    return better;
  }

  /** Smaller changes are never better or worse, in {@link #unit}. */
  public double minimumEffect() {
    return minimumEffect;
  }

  /** Changes within this are the same if that is sure, in {@link #unit}. */
  public double sameWithin() {
    return sameWithin;
  }
}
