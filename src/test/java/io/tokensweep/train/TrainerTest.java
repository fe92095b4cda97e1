package io.tokensweep.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokensweep.InvalidInputException;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Design;
import io.tokensweep.model.HostTensor;
import io.tokensweep.model.checkpoint.Checkpoint;
import io.tokensweep.model.checkpoint.Checkpoints;
import io.tokensweep.model.checkpoint.WeightNames;
import io.tokensweep.model.checkpoint.Weights;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
  @TempDir private Path folder;

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final PrintStream printer = new PrintStream(log, true, StandardCharsets.UTF_8);

  @Test
  void refusesDesignsThatItCannotTrain() {
    Architecture plain = Recipes.tiny(4, 1, 0).architecture();
    for (Design design : List.of(Design.DISTILLED, Design.LV_VIT)) {
      Architecture other =
          new Architecture("vit_custom", 16, 8, 24, 2, 2, 48, plain.classes(), design);
      String message =
          assertThrows(
                  InvalidInputException.class, () -> new Recipe(other, 4, 8, 3e-3, 1, 0.05, 0.1, 0))
              .getMessage();
      assertTrue(message.startsWith("train: vit_custom has a head for " + design.head()), message);
    }
  }

  @Test
  void lowersTheLossOfABatch() throws Exception {
    Recipe recipe = Recipes.tiny(40, 1, 0);
    TrainingState state = TrainingState.initial(recipe);
    double first = 0;
    double last = 0;
    try (NDManager manager = NDManager.newBaseManager();
        BatchStream batches = BatchStream.training(recipe, 0)) {
      Batch batch = batches.next();
      for (int step = 0; step < 40; step++) {
        Backward result =
            Backward.of(recipe.architecture(), state.parameters(), batch, 0.1, manager);
        AdamW.update(state.parameters(), result.gradients(), step, 3e-3, 0.05);
        first = step == 0 ? result.loss() : first;
        last = result.loss();
      }
    }
    assertEquals(Math.log(10), first, 0.1);
    assertTrue(last < 0.6 * first, first + " fell only to " + last);
  }

  @Test
  void gradientsAreTheSlopesOfTheLoss() throws Exception {
    Recipe recipe = Recipes.tiny(1, 0, 3);
    TrainingState state = TrainingState.initial(recipe);
    try (NDManager manager = NDManager.newBaseManager();
        BatchStream batches = BatchStream.training(recipe, 0)) {
      Batch batch = batches.next();
      Backward here = Backward.of(recipe.architecture(), state.parameters(), batch, 0.1, manager);
      float[] bias = state.parameters().get("head.bias").value().data();
      float step = 0.05f;
      bias[4] += step;
      double above =
          Backward.of(recipe.architecture(), state.parameters(), batch, 0.1, manager).loss();
      bias[4] -= 2 * step;
      double below =
          Backward.of(recipe.architecture(), state.parameters(), batch, 0.1, manager).loss();
      assertEquals((above - below) / (2 * step), here.gradients().get("head.bias")[4], 1e-4);
      assertEquals(WeightNames.of(recipe.architecture()).keySet(), here.gradients().keySet());
    }
  }

  @Test
  void anInterruptedTrainingEndsWithTheSameBits() throws Exception {
    Recipe recipe = Recipes.tiny(60, 2, 1);
    Path whole = folder.resolve("whole.safetensors");
    Trainer.train(recipe, Recipes.into(whole, false), printer);

    Path parts = folder.resolve("parts.safetensors");
    Training training = Recipes.into(parts, false);
    FutureTask<Description> begun =
        new FutureTask<>(() -> Trainer.train(recipe, training, printer));
    Thread thread = new Thread(begun);
    thread.start();
    while (!Files.exists(training.state())) {
      Thread.sleep(1);
    }
    thread.interrupt();
    assertThrows(ExecutionException.class, begun::get);
    assertFalse(Files.exists(parts));
    Trainer.train(recipe, training, printer);

    assertTrue(log.toString(StandardCharsets.UTF_8).contains("continuing after step"));
    assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(parts));
  }

  @Test
  void theCheckpointLoadsAndItsDescriptionSaysHowItCameAbout() throws Exception {
    Recipe recipe = Recipes.tiny(4, 1, 5);
    Path out = folder.resolve("tiny.safetensors");
    Description description = Trainer.train(recipe, Recipes.into(out, false), printer);
    try (Checkpoint checkpoint = Checkpoints.open(out)) {
      Map<String, HostTensor> weights = Weights.load(checkpoint, recipe.architecture());
      assertEquals(WeightNames.of(recipe.architecture()).keySet(), weights.keySet());
    }
    JsonNode json = new ObjectMapper().readTree(folder.resolve("tiny.safetensors.json").toFile());
    assertEquals(Checkpoints.contentHash(out), json.get("content_hash").asText());
    assertEquals(32, json.get("images_seen").asInt());
    assertEquals(-6, json.get("data").get("train_seed").asInt());
    assertEquals(5, json.get("data").get("eval_seed").asInt());
    assertTrue(description.accuracyLow() <= description.accuracy());
    assertTrue(description.accuracy() <= description.accuracyHigh());
  }

  @Test
  void refusesTheStateOfAnotherRecipe() throws Exception {
    Path out = folder.resolve("tiny.safetensors");
    Trainer.train(Recipes.tiny(3, 1, 0), Recipes.into(out, false), printer);
    InvalidInputException refused =
        assertThrows(
            InvalidInputException.class,
            () -> Trainer.train(Recipes.tiny(4, 1, 0), Recipes.into(out, false), printer));
    assertTrue(refused.getMessage().contains("steps 3, the command says 4"), refused.getMessage());
    Trainer.train(Recipes.tiny(4, 1, 0), Recipes.into(out, true), printer);
  }

  @Test
  void namesTheOptionThatIsOutOfBounds() {
    InvalidInputException refused =
        assertThrows(InvalidInputException.class, () -> Recipes.tiny(10, 10, 0));
    assertTrue(refused.getMessage().contains("--warmup is 10, allowed: 0 to steps - 1 = 9"));
  }
}
