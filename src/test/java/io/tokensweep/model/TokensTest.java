package io.tokensweep.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TokensTest {
  private static final Shape SHAPE = new Shape(4, 256);

  private static NDArray filled(NDManager manager, float value) {
    float[] values = new float[Math.toIntExact(SHAPE.size())];
    Arrays.fill(values, value);
    return manager.create(values, SHAPE);
  }

  /** The engine frees numbers that came from Java with their array, whatever still shows them. */
  @Test
  void whatIsLeftOfClosedTokensKeepsItsNumbers() throws InterruptedException {
    try (NDManager manager = NDManager.newBaseManager();
        NDManager later = manager.newSubManager()) {
      List<Tokens> left = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        try (NDManager earlier = manager.newSubManager()) {
          Tokens tokens =
              new Tokens(
                  earlier.zeros(new Shape(4, 256, 1)),
                  1,
                  Optional.of(filled(earlier, 7)),
                  false,
                  Optional.of(filled(earlier, 7)),
                  Optional.of(filled(earlier, 7)),
                  Map.of("carried", filled(earlier, 7)));
          left.add(tokens.viewIn(later));
        }
      }
      for (int round = 0; round < 3; round++) {
        System.gc();
        Thread.sleep(50); // what is collected is freed by another thread
        for (int i = 0; i < 300; i++) {
          filled(manager, 9);
        }
      }
      for (Tokens tokens : left) {
        List.of(
                tokens.sizes().orElseThrow(),
                tokens.active().orElseThrow(),
                tokens.sources().orElseThrow(),
                tokens.carried().get("carried"))
            .forEach(array -> assertEquals(7f * SHAPE.size(), array.sum().getFloat()));
      }
    }
  }
}
