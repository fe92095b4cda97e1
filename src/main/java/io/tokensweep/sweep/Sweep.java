package io.tokensweep.sweep;

import io.tokensweep.data.Transform;
import java.util.List;

/** A sweep file after reading: what to combine, on which data, measuring what. */
public final class Sweep {
  private final String name;
  private final Located<DataSpec> data;
  private final Transform transform;
  private final Product product;
  private final List<Exclusion> exclusions;
  private final List<Product> inclusions;
  private final Measure measure;
  private final Source source;

  /**
   * Where a sweep comes from.
   *
   * @param file as it was given
   * @param text of the file
   * @param overrides {@code key=value}, as given on the command line
   */
  public record Source(String file, String text, List<String> overrides) {
    public Source {
      overrides = List.copyOf(overrides);
    }
  }

  Sweep(
      String name,
      Located<DataSpec> data,
      Transform transform,
      Product product,
      List<Exclusion> exclusions,
      List<Product> inclusions,
      Measure measure,
      Source source) {
    this.name = name;
    this.data = data;
    this.transform = transform;
    this.product = product;
    this.exclusions = List.copyOf(exclusions);
    this.inclusions = List.copyOf(inclusions);
    this.measure = measure;
    this.source = source;
  }

  public String name() {
    return name;
  }

  /** The data set in words. */
  public String dataDescription() {
    return data.value().describe();
  }

  public Transform transform() {
    return transform;
  }

  public Measure measure() {
    return measure;
  }

  public Source source() {
    return source;
  }

  /** The whole file. */
  Place place() {
    return new Place(source.file(), 1, 1, "");
  }

  Located<DataSpec> data() {
    return data;
  }

  Product product() {
    return product;
  }

  List<Exclusion> exclusions() {
    return exclusions;
  }

  List<Product> inclusions() {
    return inclusions;
  }
}
