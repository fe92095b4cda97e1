package io.tokensweep.analysis;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** Where the patches of a trial's images are after each block that changed its tokens. */
final class PatchRecord {
  private final int images;
  private final boolean endOnly;
  private final NavigableMap<Integer, Map<String, int[]>> blocks = new TreeMap<>();

  /**
   * @param images that were evaluated, whether or not anything changes their tokens
   * @param endOnly whether all but the last block may be forgotten
   */
  PatchRecord(int images, boolean endOnly) {
    this.images = images;
    this.endOnly = endOnly;
  }

  void add(int block, String image, int[] sources) {
    if (endOnly && !blocks.isEmpty() && block < blocks.lastKey()) {
      return;
    }
    blocks.computeIfAbsent(block, any -> new TreeMap<>()).put(image, sources);
    if (endOnly) {
      blocks.headMap(block).clear();
    }
  }

  int images() {
    return images;
  }

  Set<Integer> blocks() {
    return blocks.keySet();
  }

  /** For each image, in order of names, the token of each patch; -1 for a dropped one. */
  Map<String, int[]> after(int block) {
    return blocks.get(block);
  }

  /** Whether every patch stays its own token in all images. */
  boolean isUnchanged() {
    return blocks.isEmpty();
  }

  /** After the last block that changes tokens. */
  Map<String, int[]> end() {
    return blocks.lastEntry().getValue();
  }

  /** Number of patches of an image; 0 if nothing is recorded. */
  int patches() {
    return isUnchanged() ? 0 : end().values().iterator().next().length;
  }

  boolean haveEqualPatches(PatchRecord other) {
    return isUnchanged() || other.isUnchanged() || patches() == other.patches();
  }
}
