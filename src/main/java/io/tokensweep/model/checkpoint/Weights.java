package io.tokensweep.model.checkpoint;

import io.tokensweep.InvalidInputException;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Design;
import io.tokensweep.model.HostTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Loads exactly the weights that an architecture needs, whatever layout the file follows. */
public final class Weights {
  private static final int SHOWN = 5;

  private final StateDict stateDict;
  private final Layout layout;
  private final Architecture architecture;
  private final List<String> missing = new ArrayList<>();
  private final List<String> misshaped = new ArrayList<>();
  private final List<String> mistyped = new ArrayList<>();

  private Weights(StateDict stateDict, Architecture architecture) {
    this.stateDict = stateDict;
    this.architecture = architecture;
    this.layout = Layout.of(stateDict.tensors().keySet(), isDistilled());
  }

  /**
   * Loads the weights of a backbone from one file.
   *
   * @see #load(List, Architecture, Map, Predicate)
   */
  public static Map<String, HostTensor> load(Checkpoint checkpoint, Architecture architecture) {
    return load(List.of(checkpoint), architecture, Map.of(), name -> false);
  }

  /**
   * Loads the weights of a backbone, and those of a method that has its own.
   *
   * <p>Files may follow the names of timm and the official code of DeiT and LV-ViT, those of
   * HuggingFace transformers, or those of the official code of Evo-ViT or AdaViT, with or without
   * the {@code module.} of data-parallel training. Left out without complaint is only what takes no
   * part in classification: {@code pooler.*} and {@code embeddings.mask_token} of transformers,
   * {@code head_cls.*} and {@code norm_cls.*} of Evo-ViT, and {@code *.num_batches_tracked}. The
   * position embedding is returned as it is stored; it may belong to any square grid of patches.
   *
   * @param checkpoints tensors of a later one replace those of the same name before it
   * @param architecture decides which weights there have to be
   * @param additional names and shapes of further weights that have to be there
   * @param welcome says of any other name whether it is loaded too instead of refused
   * @return weights by timm name, in the order of {@link WeightNames#of}, then the additional ones,
   *     then the others as they are
   * @throws InvalidInputException naming all that is missing, unexpected, or of another shape or
   *     type than the architecture needs
   */
  public static Map<String, HostTensor> load(
      List<Checkpoint> checkpoints,
      Architecture architecture,
      Map<String, List<Long>> additional,
      Predicate<String> welcome) {
    Weights weights = new Weights(StateDict.of(checkpoints), architecture);
    return weights.load(weights.names(additional, welcome));
  }

  /**
   * Refuses what {@link #load(List, Architecture, Map, Predicate)} would refuse, without reading.
   */
  public static void check(
      List<Checkpoint> checkpoints,
      Architecture architecture,
      Map<String, List<Long>> additional,
      Predicate<String> welcome) {
    new Weights(StateDict.of(checkpoints), architecture).names(additional, welcome);
  }

  /**
   * Refuses files that do not hold some weights of a method, without reading.
   *
   * @param needed names and shapes
   * @param method the method and whatever the shapes depend on, for the message
   * @param remedy what to do about it, for the message
   * @throws InvalidInputException naming all that is missing or of another shape or type
   */
  public static void checkModules(
      List<Checkpoint> checkpoints,
      Architecture architecture,
      Map<String, List<Long>> needed,
      String method,
      String remedy) {
    Weights weights = new Weights(StateDict.of(checkpoints), architecture);
    needed.forEach(
        (name, shape) ->
            weights.layout.inFile(name).forEach(part -> weights.check(name, part, shape)));
    weights.refuse(Set.of(), method, "; " + remedy);
  }

  /** The weights to load, all of which are there. */
  private Set<String> names(Map<String, List<Long>> additional, Predicate<String> welcome) {
    Map<String, List<Long>> expected = WeightNames.of(architecture);
    expected.putAll(additional);
    Set<String> unexpected = new LinkedHashSet<>(stateDict.tensors().keySet());
    expected.forEach(
        (name, shape) -> {
          List<String> parts = layout.inFile(name);
          parts.forEach(unexpected::remove);
          int shares = parts.stream().mapToInt(layout::share).sum();
          parts.forEach(part -> check(name, part, partOf(shape, layout.share(part), shares)));
        });
    unexpected.removeIf(layout::harmless);
    Set<String> others = unexpected.stream().filter(welcome).collect(Collectors.toSet());
    unexpected.removeAll(others);
    refuse(unexpected, describe(), "");
    Set<String> names = new LinkedHashSet<>(expected.keySet());
    names.addAll(new TreeSet<>(others));
    return names;
  }

  private Map<String, HostTensor> load(Set<String> names) {
    Map<String, HostTensor> weights = new LinkedHashMap<>();
    names.forEach(name -> weights.put(name, stateDict.read(layout.inFile(name))));
    return Collections.unmodifiableMap(weights);
  }

  /** The shape of a part that has {@code share} of {@code shares} of the rows. */
  private static List<Long> partOf(List<Long> shape, int share, int shares) {
    if (share == shares) {
      return shape;
    }
    List<Long> part = new ArrayList<>(shape);
    part.set(0, shape.get(0) / shares * share);
    return part;
  }

  private void check(String name, String part, List<Long> shape) {
    StateDict.Entry entry = stateDict.tensors().get(part);
    if (entry == null) {
      missing.add(Quoted.of(part));
      return;
    }
    TensorInfo info = entry.info();
    boolean fits =
        name.equals(WeightNames.POSITION_EMBEDDING)
            ? isPositionEmbedding(info.shape())
            : info.shape().equals(shape);
    if (!fits) {
      misshaped.add("%s is %s, expected %s".formatted(Quoted.of(part), info.shape(), shape));
    } else if (!info.type().isWeight()) {
      mistyped.add("%s is %s".formatted(Quoted.of(part), info.type()));
    }
  }

  private boolean isPositionEmbedding(List<Long> shape) {
    if (shape.size() != 3 || shape.get(0) != 1 || shape.get(2) != architecture.width()) {
      return false;
    }
    long patches = shape.get(1) - architecture.specials();
    long side = Math.round(Math.sqrt((double) patches));
    return patches > 0 && side * side == patches;
  }

  private void refuse(Set<String> unexpected, String owner, String remedy) {
    List<String> complaints = new ArrayList<>();
    complain(complaints, "missing", missing);
    complain(complaints, "unexpected", unexpected.stream().map(Quoted::of).toList());
    complain(complaints, "of another shape", misshaped);
    complain(complaints, "of a type other than " + TensorType.WEIGHTS, mistyped);
    if (!complaints.isEmpty()) {
      throw new InvalidInputException(
          "%s: does not hold the weights of %s: %s%s"
              .formatted(stateDict.files(), owner, String.join("; ", complaints), remedy));
    }
  }

  private static void complain(List<String> complaints, String what, List<String> items) {
    if (!items.isEmpty()) {
      String shown = String.join(", ", items.subList(0, Math.min(SHOWN, items.size())));
      String rest = items.size() > SHOWN ? ", …" : "";
      complaints.add("%d %s (%s%s)".formatted(items.size(), what, shown, rest));
    }
  }

  private boolean isDistilled() {
    return architecture.design().head() == Design.Head.DISTILLED;
  }

  private String describe() {
    return "%s (width %d, depth %d, hidden %d, patch %d, classes %d, %s)"
        .formatted(
            architecture.name(),
            architecture.width(),
            architecture.depth(),
            architecture.hidden(),
            architecture.patch(),
            architecture.classes(),
            switch (architecture.design().head()) {
              case CLASS -> "not distilled";
              case DISTILLED -> "distilled";
              case DENSE -> "with a dense head";
            });
  }
}
