package io.tokensweep.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which images each of several trials got right and what each image cost, a bit and at most one
 * number for each, so that hundreds of trials on a whole validation set fit into memory.
 *
 * @param images names in their natural order, of all trials together
 * @param byTrial in the order asked for
 */
public record Outcomes(List<String> images, Map<String, Outcome> byTrial) {
  public Outcomes {
    images = List.copyOf(images);
  }

  /**
   * One trial.
   *
   * @param present images that it was evaluated on
   * @param correct images whose label is its first prediction
   * @param macs multiply-accumulates of each image; a single number if all images cost the same
   */
  @SuppressWarnings("ArrayRecordComponent") // read only
  public record Outcome(BitSet present, BitSet correct, long[] macs) {
    /** Whether images cost different amounts of work. */
    public boolean adapts() {
      return macs.length > 1;
    }
  }

  /** Collects what is read, in any order. */
  static final class Collector {
    private final Map<String, Building> trials = new LinkedHashMap<>();
    private final List<String> images = new ArrayList<>();

    Collector(List<String> trials) {
      trials.forEach(trial -> this.trials.put(trial, new Building()));
    }

    /** The trial, which must have been asked for. */
    Building trial(String id) {
      return trials.get(id);
    }

    /** The place of an image that was not there before. */
    int newImage(String name) {
      images.add(name);
      return images.size() - 1;
    }

    Outcomes result() {
      int[] order =
          IntStream.range(0, images.size())
              .boxed()
              .sorted(Comparator.comparing(images::get))
              .mapToInt(Integer::intValue)
              .toArray();
      Map<String, Outcome> sorted = new LinkedHashMap<>();
      trials.forEach((id, trial) -> sorted.put(id, trial.inOrder(order)));
      return new Outcomes(IntStream.of(order).mapToObj(images::get).toList(), sorted);
    }
  }

  /** A trial whose rows are being read. */
  static final class Building {
    private final BitSet present = new BitSet();
    private final BitSet correct = new BitSet();
    private long[] macs = {};
    private long common;
    private boolean adapts;

    void add(int image, boolean right, long work) {
      if (present.isEmpty()) {
        common = work;
      }
      if (!adapts && work != common) {
        adapts = true;
        macs = new long[Math.max(image, present.length()) + 1];
        present.stream().forEach(earlier -> macs[earlier] = common);
      }
      if (adapts) {
        if (image >= macs.length) {
          macs = Arrays.copyOf(macs, Math.max(image + 1, 2 * macs.length));
        }
        macs[image] = work;
      }
      present.set(image);
      correct.set(image, right);
    }

    private Outcome inOrder(int[] order) {
      BitSet presentInOrder = new BitSet(order.length);
      BitSet correctInOrder = new BitSet(order.length);
      long[] macsInOrder = adapts ? new long[order.length] : new long[] {common};
      for (int place = 0; place < order.length; place++) {
        int image = order[place];
        presentInOrder.set(place, present.get(image));
        correctInOrder.set(place, correct.get(image));
        if (adapts && present.get(image)) {
          macsInOrder[place] = macs[image];
        }
      }
      return new Outcome(presentInOrder, correctInOrder, macsInOrder);
    }
  }
}
