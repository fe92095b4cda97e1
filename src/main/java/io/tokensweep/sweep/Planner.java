package io.tokensweep.sweep;

import io.tokensweep.InvalidInputException;
import io.tokensweep.data.ImageSource;
import io.tokensweep.model.Architecture;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** Expands a sweep into trials, groups and units. */
final class Planner {
  static final int MOST_COMBINATIONS = 1_000_000;

  private final Sweep sweep;
  private final ImageSource source;
  private final String data;
  private final Map<String, CheckpointReference> checkpoints = new HashMap<>();
  private final Set<Trial> trials = new LinkedHashSet<>();
  private long duplicates;

  Planner(Sweep sweep, OptionalInt limit) {
    this.sweep = sweep;
    ImageSource all = open();
    this.source = limit.isPresent() ? all.limit(limit.getAsInt()) : all;
    this.data = DataIdentity.of(source);
  }

  Plan plan(Set<TrialId> measured) {
    expand(sweep.product(), sweep.exclusions());
    sweep.inclusions().forEach(product -> expand(product, List.of()));
    if (trials.isEmpty()) {
      throw sweep.place().problem("no trial is left, allowed: rules in exclude that leave some");
    }
    Set<TrialId> committed =
        trials.stream().map(Trial::id).filter(measured::contains).collect(Collectors.toSet());
    List<Trial> open = trials.stream().filter(trial -> !committed.contains(trial.id())).toList();
    List<Group> groups = groups(open);
    return new Totals(sweep, source, groups, Cut.ANY)
        .plan(List.copyOf(trials), duplicates, committed);
  }

  private ImageSource open() {
    try {
      return sweep.data().value().open();
    } catch (InvalidInputException e) {
      throw sweep.data().place().problem(e.getMessage());
    }
  }

  private void expand(Product product, List<Exclusion> exclusions) {
    if (product.combinations() > MOST_COMBINATIONS) {
      throw sweep
          .place()
          .found(
              "%.0f combinations".formatted(product.combinations()),
              "at most %d".formatted(MOST_COMBINATIONS));
    }
    for (ModelSpec spec : product.models()) {
      Model model = model(spec);
      for (Located<Integer> resolution : resolutions(product, model)) {
        checkResolution(resolution, model);
        checkBatches(resolution);
        for (Precision precision : product.precisions()) {
          Setting setting =
              new Setting(model, sweep.transform(), data, resolution.value(), precision);
          Map<String, Object> canonical = setting.canonical();
          for (Located<List<Integer>> sites : sites(product, model)) {
            checkSites(sites, model);
            for (MethodSpec method : product.methods()) {
              for (OptionalDouble keepRate : keepRates(product, method)) {
                trial(setting, canonical, method, keepRate, sites.value(), exclusions)
                    .ifPresent(this::add);
              }
            }
          }
        }
      }
    }
  }

  private void add(Trial trial) {
    if (!trials.add(trial)) {
      duplicates++;
    }
  }

  /** The trial of a combination, unless it is excluded. */
  private static Optional<Trial> trial(
      Setting setting,
      Map<String, Object> canonicalSetting,
      MethodSpec spec,
      OptionalDouble keepRate,
      List<Integer> sites,
      List<Exclusion> exclusions) {
    try {
      Trial trial =
          Trial.of(setting, canonicalSetting, spec.method(), spec.parameters(), keepRate, sites);
      return Optional.of(trial)
          .filter(any -> exclusions.stream().noneMatch(rule -> rule.matches(any)));
    } catch (IllegalArgumentException e) {
      String method = spec.method().name();
      if (exclusions.stream()
          .anyMatch(rule -> rule.matches(setting, method, spec.parameters(), keepRate, sites))) {
        return Optional.empty();
      }
      throw spec.place()
          .problem(
              "%s cannot act on %s at resolution %d: %s"
                  .formatted(
                      method,
                      setting.model().architecture().name(),
                      setting.resolution(),
                      e.getMessage()));
    }
  }

  private Model model(ModelSpec spec) {
    Architecture architecture = spec.architecture();
    if (source.classes() > architecture.classes()) {
      throw sweep
          .data()
          .place()
          .found(
              "labels of %d classes".formatted(source.classes()),
              "at most the %d classes of the model %s"
                  .formatted(architecture.classes(), architecture.name()));
    }
    return new Model(
        architecture,
        spec.positionEmbedding(),
        weights(spec.checkpoint()),
        weights(spec.modules()));
  }

  private CheckpointReference weights(Optional<Located<String>> file) {
    return file.map(
            text ->
                checkpoints.computeIfAbsent(
                    text.value(), key -> CheckpointReference.find(key, text.place())))
        .orElseGet(CheckpointReference.Absent::new);
  }

  private List<Located<Integer>> resolutions(Product product, Model model) {
    return product.resolutions().isEmpty()
        ? List.of(new Located<>(model.architecture().imageSize(), sweep.place()))
        : product.resolutions();
  }

  private List<Located<List<Integer>>> sites(Product product, Model model) {
    return product.sites().isEmpty()
        ? List.of(new Located<>(model.architecture().usualSites(), sweep.place()))
        : product.sites();
  }

  private static List<OptionalDouble> keepRates(Product product, MethodSpec spec) {
    if (!product.keepRates().isEmpty()) {
      return product.keepRates().stream().map(rate -> OptionalDouble.of(rate.value())).toList();
    }
    if (spec.method().usesKeepRate(spec.parameters())) {
      throw spec.place()
          .problem(
              "keep_rates is missing, %s needs numbers above 0 and at most 1"
                  .formatted(spec.method().name()));
    }
    return List.of(OptionalDouble.empty());
  }

  private static void checkResolution(Located<Integer> resolution, Model model) {
    int patch = model.architecture().patch();
    if (resolution.value() % patch != 0) {
      throw resolution
          .place()
          .found(
              String.valueOf(resolution.value()),
              "multiples of the patch %d of %s, such as %d"
                  .formatted(
                      patch,
                      model.architecture().name(),
                      Math.max(1, Math.round(resolution.value() / (double) patch)) * patch));
    }
  }

  /** The pixels of a batch are one array. */
  private void checkBatches(Located<Integer> resolution) {
    long most = Integer.MAX_VALUE / (3L * resolution.value() * resolution.value());
    long quality = sweep.measure().quality().map(Measure.Quality::batchSize).orElse(0);
    int throughput = sweep.measure().throughput().map(Measure.Throughput::batchSize).orElse(0);
    long batch = Math.max(Math.min(quality, source.images().size()), throughput);
    if (batch > most) {
      throw resolution
          .place()
          .found(
              "batches of %d images at resolution %d".formatted(batch, resolution.value()),
              "up to %d, 2 GiB of pixels".formatted(most));
    }
  }

  private static void checkSites(Located<List<Integer>> sites, Model model) {
    int depth = model.architecture().depth();
    for (int block : sites.value()) {
      if (block >= depth) {
        throw sites
            .place()
            .found(
                "block " + block,
                "0 to %d, the blocks of %s".formatted(depth - 1, model.architecture().name()));
      }
    }
  }

  private static List<Group> groups(List<Trial> trials) {
    Map<Setting, List<Trial>> bySetting = new LinkedHashMap<>();
    for (Trial trial : trials) {
      bySetting.computeIfAbsent(trial.setting(), absent -> new ArrayList<>()).add(trial);
    }
    List<Group> groups = new ArrayList<>();
    bySetting.forEach((setting, members) -> groups.add(new Group(setting, members)));
    return groups;
  }
}
