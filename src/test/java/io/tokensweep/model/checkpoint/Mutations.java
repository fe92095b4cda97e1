package io.tokensweep.model.checkpoint;

import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/** Damages a valid file in random ways and reads what is left of it. */
final class Mutations {
  private static final byte[] TELLING = {
    0, 1, 2, 4, 8, 127, -128, -1, '"', '{', '}', '[', '9', '.'
  };

  private Mutations() {}

  /** Opens and reads damaged copies; anything but a result or an InvalidInputException fails. */
  static void check(byte[] valid, Random random, int rounds, Path file) throws IOException {
    for (int round = 0; round < rounds; round++) {
      byte[] mutated = mutate(valid, random);
      Files.write(file, mutated);
      readAll(file, round);
    }
  }

  private static void readAll(Path file, int round) {
    try (Checkpoint checkpoint = Checkpoints.open(file)) {
      for (Map.Entry<String, TensorInfo> tensor : checkpoint.tensors().entrySet()) {
        checkpoint.read(tensor.getKey());
      }
    } catch (InvalidInputException expected) {
      if (expected.getMessage().indexOf('\n') >= 0) {
        throw new AssertionError("round " + round + ": several lines", expected);
      }
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      throw new AssertionError("round " + round, e);
    }
  }

  static byte[] mutate(byte[] valid, Random random) {
    byte[] mutated = valid.clone();
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(mutated.length);
      switch (random.nextInt(6)) {
        case 0 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> mutated[at] = TELLING[random.nextInt(TELLING.length)];
        case 2 -> mutated[at] = (byte) random.nextInt();
        case 3 -> mutated = Arrays.copyOf(mutated, at + 1);
        case 4 -> {
          int to = random.nextInt(mutated.length);
          int length = Math.min(random.nextInt(16), mutated.length - Math.max(at, to));
          System.arraycopy(mutated.clone(), at, mutated, to, length);
        }
        case 5 -> Arrays.fill(mutated, at, Math.min(mutated.length, at + 4), (byte) -1);
        default -> throw new IllegalStateException();
      }
    }
    return mutated;
  }
}
