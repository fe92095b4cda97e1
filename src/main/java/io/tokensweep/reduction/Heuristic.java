package io.tokensweep.reduction;

import io.tokensweep.model.Tokens;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Fixed patterns (JoakimHaurum/TokenReduction "heuristic"): ahead of a block only the patches
 * within a disc around the centre of the image go on, whatever the image shows. That repository
 * masks the others, which has the same effect on the class token.
 *
 * <ul>
 *   <li>staged: at site l = 1, 2, … the disc whose number of patches is nearest to floor(η^l·N0),
 *       the smaller one of two.
 *   <li>continuous: ahead of every block from the first to the last site, the radius shrinking
 *       linearly from the corner of the image towards {@code min_radius}, both ends left out, but
 *       never below the patches nearest to the centre. The keep rate is not used.
 * </ul>
 */
final class Heuristic implements Method {
  @Override
  public String name() {
    return "heuristic";
  }

  @Override
  public String source() {
    return "JoakimHaurum/TokenReduction";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter.Choice(
            "norm", "l2", PatchDisc.Norm.words(), "distance from the centre of the image"),
        new Parameter.Choice(
            "mode",
            "staged",
            List.of("staged", "continuous"),
            "keep the rate's share at every site, or shrink at every block between the outer sites"),
        new Parameter.Real(
            "min_radius", 1, 0, 1000, "in patches, what the continuous mode shrinks towards"));
  }

  @Override
  public boolean usesKeepRate() {
    return true;
  }

  @Override
  public boolean usesKeepRate(ParameterValues parameters) {
    return parameters.choice("mode").equals("staged");
  }

  @Override
  public SortedMap<Integer, Reduction> sites(Placement placement, ParameterValues parameters) {
    PatchDisc all =
        PatchDisc.whole(
            PatchDisc.Norm.of(parameters.choice("norm")),
            placement.architecture().grid(placement.resolution()));
    SortedMap<Integer, PatchDisc> discs =
        parameters.choice("mode").equals("staged")
            ? staged(placement, all)
            : continuous(placement.sites(), all, parameters.real("min_radius"));
    SortedMap<Integer, Reduction> sites = new TreeMap<>();
    PatchDisc before = all;
    for (int block : discs.keySet()) {
      PatchDisc disc = discs.get(block);
      sites.put(block, new KeepDisc(before, disc));
      before = disc;
    }
    return sites;
  }

  private static SortedMap<Integer, PatchDisc> staged(Placement placement, PatchDisc all) {
    SortedMap<Integer, PatchDisc> discs = new TreeMap<>();
    for (int stage = 0; stage < placement.sites().size(); stage++) {
      discs.put(placement.sites().get(stage), all.nearest(placement.powerCount(stage)));
    }
    return discs;
  }

  private static SortedMap<Integer, PatchDisc> continuous(
      List<Integer> sites, PatchDisc all, double least) {
    SortedMap<Integer, PatchDisc> discs = new TreeMap<>();
    if (sites.isEmpty()) {
      return discs;
    }
    int first = sites.get(0);
    int last = sites.get(sites.size() - 1);
    double step = (Math.min(least, all.radius()) - all.radius()) / (last - first + 2);
    for (int block = first; block <= last; block++) {
      double radius = all.radius() + (block - first + 1) * step;
      discs.put(block, all.withRadius(Math.max(radius, all.nearest(1).radius())));
    }
    return discs;
  }

  /** Of the patches of one disc those of a smaller one go on, in their order. */
  private record KeepDisc(PatchDisc before, PatchDisc disc) implements Reduction.BeforeBlock {
    @Override
    public TokenCount after(TokenCount patches) {
      return patches.map(n -> Math.min(n, disc.patches().length));
    }

    @Override
    public Tokens reduce(Tokens tokens, Site site) {
      return FixedPatches.keep(tokens, before.patches(), disc.patches());
    }
  }
}
