package io.tokensweep.sweep;

import io.tokensweep.Sha256;
import io.tokensweep.model.Architecture;
import io.tokensweep.reduction.Method;
import io.tokensweep.reduction.Methods;
import io.tokensweep.reduction.ParameterValues;
import io.tokensweep.reduction.Placement;
import io.tokensweep.reduction.Reduction;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One fully resolved configuration. Trials are equal if their ids are: what does not change a
 * measurement (paths, machine, commit, date, sites of a method that acts everywhere) is no part of
 * it.
 */
public final class Trial implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Setting setting;
  private final String method;
  private final ParameterValues parameters;
  private final double[] keepRate; // one value or none: OptionalDouble is not serializable
  private final List<Integer> sites;
  private final TrialId id;

  private Trial(
      Setting setting,
      Method method,
      ParameterValues parameters,
      OptionalDouble keepRate,
      List<Integer> sites,
      Map<String, Object> canonicalSetting) {
    this.setting = setting;
    this.method = method.name();
    this.parameters = parameters;
    this.keepRate = keepRate.stream().toArray();
    this.sites = List.copyOf(sites);
    this.id = new TrialId(Sha256.shortOf(canonicalJson(canonicalSetting)));
  }

  /**
   * @param canonicalSetting {@link Setting#canonical} of {@code setting}, made once for many trials
   * @param keepRate ignored if the method does not use it
   * @param sites ignored if the method does the same without them
   * @throws IllegalArgumentException if the method cannot act on this backbone like this
   */
  static Trial of(
      Setting setting,
      Map<String, Object> canonicalSetting,
      Method method,
      ParameterValues parameters,
      OptionalDouble keepRate,
      List<Integer> sites) {
    OptionalDouble rate = method.usesKeepRate(parameters) ? keepRate : OptionalDouble.empty();
    boolean usesSites =
        !method
            .sites(placement(setting, rate, sites), parameters)
            .equals(method.sites(placement(setting, rate, List.of()), parameters));
    return new Trial(
        setting, method, parameters, rate, usesSites ? sites : List.of(), canonicalSetting);
  }

  /** The unreduced network in a setting: what other trials of the setting are compared with. */
  public static Trial unreduced(Setting setting) {
    return of(
        setting,
        setting.canonical(),
        Methods.unreduced(),
        new ParameterValues(new TreeMap<>()),
        OptionalDouble.empty(),
        List.of());
  }

  public TrialId id() {
    return id;
  }

  /** What it has in common with the trials of its group. */
  public Setting setting() {
    return setting;
  }

  public Model model() {
    return setting.model();
  }

  /** In pixels. */
  public int resolution() {
    return setting.resolution();
  }

  public Precision precision() {
    return setting.precision();
  }

  /** Name of the method in the registry. */
  public String method() {
    return method;
  }

  /** With defaults filled in. */
  public ParameterValues parameters() {
    return parameters;
  }

  /** η; empty if the method does not use it. */
  public OptionalDouble keepRate() {
    return keepRate.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(keepRate[0]);
  }

  /** 0-based blocks that the method was told to act at; empty if it does not use them. */
  public List<Integer> sites() {
    return sites;
  }

  /**
   * The block after whose reduction diversity is measured: the last site, or where the papers have
   * it for methods without sites and for the unreduced network.
   */
  public int diversityBlock() {
    Architecture architecture = model().architecture();
    List<Integer> measured = sites.isEmpty() ? architecture.usualSites() : sites;
    return measured.isEmpty() ? architecture.depth() - 1 : measured.get(measured.size() - 1);
  }

  /** What acts at which block. */
  public SortedMap<Integer, Reduction> reductions() {
    return registered().sites(placement(setting, keepRate(), sites), parameters);
  }

  /** Names and shapes of the trained weights that the method needs beside the backbone's. */
  public Map<String, List<Long>> weights() {
    return registered().weights(placement(setting, keepRate(), sites), parameters);
  }

  /** Token counts and MACs of one image. */
  public TokenFlow flow() {
    return flow(reductions());
  }

  /**
   * @param reductions {@link #reductions()}, made before
   */
  TokenFlow flow(SortedMap<Integer, Reduction> reductions) {
    return TokenFlow.of(setting.model().architecture(), setting.resolution(), reductions);
  }

  /** The text whose hash is the id. */
  public String canonicalJson() {
    return canonicalJson(setting.canonical());
  }

  private String canonicalJson(Map<String, Object> canonicalSetting) {
    Map<String, Object> values = new TreeMap<>(canonicalSetting);
    values.put("method", method);
    values.put("parameters", parameters.values());
    keepRate().ifPresent(rate -> values.put("keep_rate", rate));
    if (!sites.isEmpty()) {
      values.put("sites", sites);
    }
    return CanonicalJson.of(values);
  }

  private Method registered() {
    return Methods.named(method)
        .orElseThrow(() -> new IllegalStateException("no method named " + method));
  }

  private static Placement placement(
      Setting setting, OptionalDouble keepRate, List<Integer> sites) {
    return new Placement(setting.model().architecture(), setting.resolution(), sites, keepRate);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Trial trial && trial.id.equals(id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return id + " " + canonicalJson();
  }
}
