package io.tokensweep.store;

import java.nio.file.Path;
import java.util.List;

/**
 * What commits a unit: its totals, and the files of its rows by content. A process that takes over
 * the run compares them: what was damaged meanwhile is measured again instead of published.
 */
record UnitRecord(UnitCommit commit, List<HashedFile> files) {
  UnitRecord {
    files = List.copyOf(files);
  }

  /**
   * @param work folder of the run
   * @param tables folders of the unit's rows in it, as far as they exist
   */
  static UnitRecord of(UnitCommit commit, Path work, List<Path> tables) {
    return new UnitRecord(
        commit, tables.stream().flatMap(table -> HashedFile.in(table, work).stream()).toList());
  }
}
