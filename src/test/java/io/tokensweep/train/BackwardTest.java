package io.tokensweep.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.ndarray.NDManager;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Design;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BackwardTest {
  private static final Architecture TINY =
      new Architecture("vit_custom", 32, 8, 16, 3, 2, 32, 10, Design.VIT);

  /** Freed native memory that a backward pass still reads shows as gradients that change. */
  @Test
  void gradientsDoNotDependOnGarbageCollection() throws InterruptedException {
    Recipe recipe = new Recipe(TINY, 10, 8, 1e-3, 1, 0.05, 0.05, 3);
    TrainingState state = TrainingState.initial(recipe);
    try (NDManager manager = NDManager.newBaseManager();
        BatchStream batches = BatchStream.training(recipe, 0)) {
      Batch first = batches.next();
      step(state, first, manager); // a head of zeros passes no gradient on
      Batch batch = batches.next();
      Map<String, float[]> expected = gradients(state, batch, manager);
      Thread collector = new Thread(BackwardTest::collectGarbage, "garbage");
      collector.setDaemon(true);
      collector.start();
      for (int i = 0; i < 60; i++) {
        gradients(state, batch, manager)
            .forEach((name, gradient) -> assertArrayEquals(expected.get(name), gradient, name));
      }
      collector.interrupt();
      collector.join();
    }
  }

  private static void step(TrainingState state, Batch batch, NDManager manager) {
    AdamW.update(state.parameters(), gradients(state, batch, manager), 0, 1e-3, 0.05);
  }

  private static Map<String, float[]> gradients(
      TrainingState state, Batch batch, NDManager manager) {
    return Backward.of(TINY, state.parameters(), batch, 0.05, manager).gradients();
  }

  /** Frees buffers and fills the memory that they leave. */
  private static void collectGarbage() {
    while (!Thread.currentThread().isInterrupted()) {
      System.gc();
      for (int i = 0; i < 1000; i++) {
        java.nio.ByteBuffer buffer = java.nio.ByteBuffer.allocateDirect(4);
        buffer.putInt(0, -1);
      }
    }
  }
}
