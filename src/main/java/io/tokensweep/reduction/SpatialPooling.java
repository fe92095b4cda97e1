package io.tokensweep.reduction;

import io.tokensweep.model.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Means over the cells of a lattice laid on the picture. A token lies where the patches it stands
 * for lie on average, in the middle if it stands for none. Of c clusters floor(√c) lattice rows
 * have floor(c / rows) cells each; the cells that are missing, or empty, come from halving the
 * fullest.
 *
 * @param side patches along one side of the picture
 */
record SpatialPooling(int side) implements Merger {
  @Override
  public boolean needsSources() {
    return true;
  }

  @Override
  public List<List<Group>> merge(Tokens tokens, List<Decoupled> images, Site site) {
    int[] sources = tokens.sources().orElseThrow().toIntArray();
    int patches = sources.length / images.size();
    return IntStream.range(0, images.size())
        .mapToObj(
            image -> {
              int from = image * patches;
              int[] own = Arrays.copyOfRange(sources, from, from + patches);
              return groups(images.get(image), places(own, tokens.patches()));
            })
        .toList();
  }

  /** Where a token lies, from 0 to the number of patches along a side. */
  private record Place(double row, double column) {}

  private Place[] places(int[] sources, int tokens) {
    double[] rows = new double[tokens];
    double[] columns = new double[tokens];
    int[] patches = new int[tokens];
    for (int patch = 0; patch < sources.length; patch++) {
      int token = sources[patch];
      if (token >= 0) {
        int row = patch / side;
        rows[token] += row + 0.5;
        columns[token] += patch - row * side + 0.5;
        patches[token]++;
      }
    }
    Place[] places = new Place[tokens];
    for (int token = 0; token < tokens; token++) {
      places[token] =
          patches[token] == 0
              ? new Place(side / 2.0, side / 2.0)
              : new Place(rows[token] / patches[token], columns[token] / patches[token]);
    }
    return places;
  }

  private List<Group> groups(Decoupled image, Place[] places) {
    int clusters = image.budget().clusters();
    List<int[]> cells = new ArrayList<>(clusters == 0 ? List.of() : cells(image, places));
    while (cells.size() < clusters) {
      halveFullest(cells);
    }
    return cells.stream().map(members -> Group.mean(members, members)).toList();
  }

  /** Members of the cells that are not empty, in reading order within a cell and among cells. */
  private List<int[]> cells(Decoupled image, Place[] places) {
    int rows = (int) Math.sqrt(image.budget().clusters());
    int columns = image.budget().clusters() / rows;
    int[] inReadingOrder =
        Arrays.stream(image.inattentive())
            .boxed()
            .sorted(
                Comparator.<Integer>comparingDouble(token -> places[token].row())
                    .thenComparingDouble(token -> places[token].column()))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] cell =
        Arrays.stream(inReadingOrder)
            .map(
                token ->
                    index(places[token].row(), rows) * columns
                        + index(places[token].column(), columns))
            .toArray();
    return Clusters.members(inReadingOrder, cell, rows * columns).stream()
        .filter(members -> members.length > 0)
        .toList();
  }

  private int index(double coordinate, int cells) {
    return (int) (coordinate * cells / side);
  }

  private static void halveFullest(List<int[]> cells) {
    int fullest = 0;
    for (int cell = 1; cell < cells.size(); cell++) {
      if (cells.get(cell).length > cells.get(fullest).length) {
        fullest = cell;
      }
    }
    int[] members = cells.get(fullest);
    int half = (members.length + 1) / 2;
    cells.set(fullest, Arrays.copyOf(members, half));
    cells.add(fullest + 1, Arrays.copyOfRange(members, half, members.length));
  }
}
