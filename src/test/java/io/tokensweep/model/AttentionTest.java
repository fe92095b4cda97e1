package io.tokensweep.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttentionTest {
  /** Six blocks of fp32 on values of a few units. */
  private static final float NOISE = 2e-5f;

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private VisionTransformer network(boolean distilled) {
    return RandomNetworks.network(RandomNetworks.small(distilled), 3, manager);
  }

  private Tokens embedded(VisionTransformer network) {
    return network.embed(RandomNetworks.images(network.architecture(), 3, 4, manager));
  }

  private static float[] logits(VisionTransformer network, Tokens tokens) {
    Tokens current = tokens;
    for (Block block : network.blocks()) {
      current = block.feedForward(block.attend(current, Set.of()).tokens());
    }
    return network.classify(current).toFloatArray();
  }

  private static Tokens with(
      Tokens tokens, Optional<NDArray> sizes, boolean proportional, Optional<NDArray> active) {
    return new Tokens(tokens.x(), tokens.specials(), sizes, proportional, active, tokens.sources());
  }

  private NDArray indices(int batch, int... tokens) {
    return manager
        .create(tokens)
        .toType(DataType.INT64, false)
        .reshape(1, tokens.length)
        .broadcast(batch, tokens.length);
  }

  private NDArray rows(int batch, float... marks) {
    return manager.create(marks).reshape(1, marks.length).broadcast(batch, marks.length);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void attendingAllRowsIsAttending(boolean distilled) {
    VisionTransformer network = network(distilled);
    Tokens tokens = embedded(network);
    NDArray all =
        manager
            .arange(0, tokens.count(), 1, DataType.INT64)
            .reshape(1, tokens.count())
            .broadcast(3, tokens.count());
    Block block = network.blocks().get(0);
    Tokens rows = block.attendRows(tokens, selecting(all, Optional.empty()));
    assertArrayEquals(
        block.attend(tokens, Set.of()).tokens().x().toFloatArray(), rows.x().toFloatArray(), 1e-5f);
  }

  @Test
  void chosenRowsAreThoseOfTheWholeAttention() {
    VisionTransformer network = network(false);
    Tokens tokens = embedded(network).recordingSources();
    NDArray chosen = indices(3, 0, 2, 5, 16);
    Block block = network.blocks().get(0);
    Tokens rows = block.attendRows(tokens, selecting(chosen, Optional.empty()));
    NDArray whole = block.attend(tokens, Set.of()).tokens().x();
    assertArrayEquals(
        TokenRows.gather(whole, chosen).toFloatArray(), rows.x().toFloatArray(), 1e-6f);
    int[] sources = rows.sources().orElseThrow().toIntArray();
    assertEquals(0, sources[1]);
    assertEquals(1, sources[4]);
    assertEquals(2, sources[15]);
    assertEquals(-1, sources[0]);
  }

  @Test
  void paddingIsAsGoodAsRemoval() {
    VisionTransformer network = network(false);
    Tokens tokens = embedded(network);
    float[] marks = new float[17];
    java.util.Arrays.fill(marks, 1);
    marks[4] = 0;
    marks[9] = 0;
    Tokens padded = with(tokens, Optional.empty(), false, Optional.of(rows(3, marks)));
    Tokens removed =
        TokenRows.gather(tokens, indices(3, 0, 1, 2, 3, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16));
    assertArrayEquals(new int[] {14, 14, 14}, padded.patchesPerImage());
    assertArrayEquals(logits(network, removed), logits(network, padded), NOISE);
  }

  @Test
  void sizesOfOneChangeNothing() {
    VisionTransformer network = network(true);
    Tokens tokens = embedded(network);
    NDArray ones = manager.ones(new Shape(3, tokens.count()));
    assertArrayEquals(
        logits(network, tokens),
        logits(network, with(tokens, Optional.of(ones), true, Optional.empty())));
  }

  @Test
  void sizeTwoIsTheTokenTwice() {
    VisionTransformer network = network(false);
    Tokens few = TokenRows.gather(embedded(network), indices(3, 0, 3, 7, 8));
    Tokens twice = TokenRows.gather(few, indices(3, 0, 1, 2, 3, 2));
    Tokens sized = with(few, Optional.of(rows(3, 1, 1, 2, 1)), true, Optional.empty());
    assertArrayEquals(logits(network, twice), logits(network, sized), NOISE);
  }

  @Test
  void sizesCountOnlyInProportionalAttention() {
    VisionTransformer network = network(false);
    Tokens tokens = embedded(network);
    NDArray twos = manager.ones(new Shape(3, tokens.count())).mul(2);
    assertArrayEquals(
        logits(network, tokens),
        logits(network, with(tokens, Optional.of(twos), false, Optional.empty())));
  }

  @Test
  void paddedAndSizedTogether() {
    VisionTransformer network = network(false);
    Tokens few = TokenRows.gather(embedded(network), indices(3, 0, 3, 7, 8));
    Tokens twice = TokenRows.gather(few, indices(3, 0, 1, 2, 2));
    Tokens sized =
        with(few, Optional.of(rows(3, 1, 1, 2, 5)), true, Optional.of(rows(3, 1, 1, 1, 0)));
    assertArrayEquals(logits(network, twice), logits(network, sized), NOISE);
  }

  private static RowSelector selecting(NDArray indices, Optional<NDArray> active) {
    return new RowSelector() {
      @Override
      public Set<Need> needs() {
        return Set.of();
      }

      @Override
      public Rows select(Tokens tokens, AttentionView attention) {
        return new Rows(indices, active);
      }
    };
  }
}
