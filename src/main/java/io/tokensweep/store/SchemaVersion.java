package io.tokensweep.store;

/** Version of the tables, as {@code docs/results-schema.md} describes it. */
public final class SchemaVersion {
  /** Columns may be added within a major version; nothing is renamed, retyped or removed. */
  public static final String CURRENT = "1.0";

  private SchemaVersion() {}
}
