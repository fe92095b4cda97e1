package io.tokensweep.store;

/** Version of the tables, as {@code docs/results-schema.md} describes it. */
public final class SchemaVersion {
  /** Columns may be added within a major version; nothing is renamed, retyped or removed. */
  public static final String CURRENT = "1.3";

  private SchemaVersion() {}

  /** Whether results of another version have the columns of this one: equal major versions. */
  static boolean isReadable(String version) {
    return major(version).equals(major(CURRENT));
  }

  private static String major(String version) {
    return version.substring(0, Math.max(0, version.indexOf('.')));
  }
}
