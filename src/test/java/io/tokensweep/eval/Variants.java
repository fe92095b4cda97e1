package io.tokensweep.eval;

import ai.djl.ndarray.NDManager;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Design;
import io.tokensweep.model.Need;
import io.tokensweep.model.RandomNetworks;
import io.tokensweep.model.VisionTransformer;
import io.tokensweep.reduction.MethodCalls;
import io.tokensweep.reduction.Reduction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A tree of variants that part and agree at many places: every method, every kind of site. */
final class Variants {
  private Variants() {}

  /** The network of {@link RandomNetworks#network} with the weights that the variants need. */
  static VisionTransformer network(Architecture architecture, NDManager manager) {
    Map<String, List<Long>> own =
        !architecture.design().isPlain() ? Map.of() : MethodCalls.weights("adavit", architecture);
    return RandomNetworks.network(
        architecture, RandomNetworks.weights(architecture, own, 1), manager);
  }

  static List<Variant> mixed(Architecture architecture) {
    List<Variant> variants = new ArrayList<>();
    add(variants, MethodCalls.sites("none", architecture, 1, List.of(), Map.of()));
    for (double rate : new double[] {0.5, 0.7, 1}) {
      for (List<Integer> sites : List.of(List.of(1, 3), List.of(1, 4), List.of(0, 5))) {
        for (boolean fuse : new boolean[] {true, false}) {
          add(variants, MethodCalls.sites("evit", architecture, rate, sites, Map.of("fuse", fuse)));
        }
        add(variants, MethodCalls.sites("bat", architecture, rate, sites, Map.of()));
        add(variants, MethodCalls.sites("diversity", architecture, rate, sites, Map.of()));
        for (long seed = 0; seed < 2; seed++) {
          add(
              variants,
              MethodCalls.sites("random", architecture, rate, sites, Map.of("seed", seed)));
        }
      }
      add(
          variants,
          MethodCalls.sites(
              "random", architecture, rate, List.of(2), Map.of("mode", "input", "seed", 3L)));
    }
    for (Object r : new Object[] {2L, 3L, "2,0,3"}) {
      for (boolean proportional : new boolean[] {true, false}) {
        add(
            variants,
            MethodCalls.sites(
                "tome", architecture, 1, List.of(), Map.of("r", r, "proportional", proportional)));
      }
    }
    for (double threshold : new double[] {0, 0.0015, 1}) {
      add(
          variants,
          MethodCalls.sites(
              "ppt", architecture, 1, List.of(1, 3), Map.of("r", 4L, "threshold", threshold)));
    }
    for (String method : List.of("topk", "tome_staged", "heuristic")) {
      add(variants, MethodCalls.sites(method, architecture, 0.6, List.of(1, 3), Map.of()));
    }
    for (List<Integer> sites : List.of(List.of(1), List.of(1, 3))) {
      add(variants, MethodCalls.sites("ats", architecture, 1, sites, Map.of()));
      add(variants, MethodCalls.sites("ats_staged", architecture, 0.7, sites, Map.of()));
    }
    boolean dense = architecture.design().head() == Design.Head.DENSE;
    for (double center : dense ? new double[0] : new double[] {1, 2}) {
      Map<String, Object> gate = Map.of("gate_scale", 2.0, "gate_center", center);
      add(variants, MethodCalls.sites("avit", architecture, 1, List.of(), gate));
    }
    add(
        variants,
        MethodCalls.sites("bat", architecture, 0.5, List.of(1, 3), Map.of("merger", "spatial")));
    add(variants, Map.of(1, new TestReductions.FirstPatches(9)));
    add(
        variants,
        Map.of(1, new TestReductions.FirstPatches(9), 3, new TestReductions.FirstPatches(5)));
    add(variants, Map.of(1, new TestReductions.FirstRows(9)));
    add(variants, Map.of(1, new TestReductions.FirstRows(9), 4, new TestReductions.FirstRows(4)));
    for (Need need : Need.values()) {
      add(variants, Map.of(1, new TestReductions.AveragePairs(need)));
    }
    add(
        variants,
        Map.of(
            1,
            new TestReductions.AveragePairs(Need.MATRIX),
            2,
            new TestReductions.AveragePairs(Need.MEAN_KEYS)));
    add(variants, Map.of(1, new TestReductions.Halt(7)));
    add(variants, Map.of(1, new TestReductions.Halt(7), 5, new TestReductions.Halt(3)));
    add(variants, Map.of(5, new TestReductions.MeanOfPatches()));
    add(variants, Map.of(1, new TestReductions.Halt(7), 5, new TestReductions.MeanOfPatches()));
    for (int patches : new int[] {0, 5, 16}) {
      add(variants, Map.of(2, new TestReductions.SomeImages(patches)));
      add(
          variants,
          Map.of(
              2,
              new Reduction.Combined(
                  List.of(
                      new TestReductions.FirstPatches(9),
                      new TestReductions.SomeImages(patches),
                      new TestReductions.Halt(7)))));
    }
    for (int block : new int[] {3, 5}) {
      add(
          variants,
          Map.of(
              1,
              new TestReductions.SetAside(6),
              block,
              new Reduction.Combined(
                  List.of(
                      new TestReductions.AveragePairs(Need.CLASS_ROW),
                      new TestReductions.TakeBack()))));
    }
    add(
        variants,
        Map.of(
            1,
            new Reduction.Combined(
                List.of(new TestReductions.SetAside(6), new TestReductions.TakeBack()))));
    if (architecture.design().isPlain()) {
      slowFastAndGated(variants, architecture);
    }
    return variants;
  }

  private static void slowFastAndGated(List<Variant> variants, Architecture architecture) {
    for (double rate : new double[] {0.5, 1}) {
      for (boolean fastUpdate : new boolean[] {false, true}) {
        for (boolean stageWise : new boolean[] {false, true}) {
          add(
              variants,
              MethodCalls.sites(
                  "evovit",
                  architecture,
                  rate,
                  List.of(),
                  Map.of("fast_update", fastUpdate, "stage_wise", stageWise)));
        }
      }
    }
    for (boolean tokenWithMlp : new boolean[] {false, true}) {
      add(
          variants,
          MethodCalls.sites(
              "adavit", architecture, 1, List.of(), Map.of("token_with_mlp", tokenWithMlp)));
    }
  }

  private static void add(List<Variant> variants, Map<Integer, ? extends Reduction> sites) {
    SortedMap<Integer, Reduction> sorted = new TreeMap<>(sites);
    variants.add(new Variant("variant " + variants.size(), sorted, 4));
  }
}
