package io.tokensweep.spark;

import io.tokensweep.InvalidInputException;
import io.tokensweep.Sha256;
import io.tokensweep.model.checkpoint.Checkpoint;
import io.tokensweep.model.checkpoint.Checkpoints;
import io.tokensweep.sweep.CheckpointReference;
import io.tokensweep.sweep.Model;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The open files with a model's weights: the backbone's, then those of methods where given. */
final class WeightFiles implements AutoCloseable {
  private final List<Checkpoint> opened = new ArrayList<>();
  private final List<Path> copies = new ArrayList<>();

  private WeightFiles() {}

  /**
   * @throws InvalidInputException if the model has no checkpoint or a file cannot be opened
   */
  static WeightFiles of(Model model) {
    if (model.checkpoint() instanceof CheckpointReference.Absent) {
      throw new InvalidInputException(
          "model %s has no checkpoint: give models.N.checkpoint to run it, or use plan"
              .formatted(model.architecture().name()));
    }
    WeightFiles files = new WeightFiles();
    try {
      files.open(model.checkpoint());
      files.open(model.modules());
      return files;
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  /** In the order in which later tensors replace earlier ones. */
  List<Checkpoint> checkpoints() {
    return List.copyOf(opened);
  }

  /** Makes sure that this host has copies of the files that lie on shared storage. */
  static void fetch(Model model) {
    for (CheckpointReference reference : List.of(model.checkpoint(), model.modules())) {
      if (reference instanceof CheckpointReference.InFile file) {
        file.location().local();
      }
    }
  }

  /**
   * Refuses files that were replaced since the trials got their names.
   *
   * @throws InvalidInputException naming the file
   */
  static void checkContent(Model model) {
    for (CheckpointReference reference : List.of(model.checkpoint(), model.modules())) {
      if (reference instanceof CheckpointReference.InFile file) {
        try (InputStream in = Files.newInputStream(file.location().local())) {
          String found = Sha256.of(in);
          if (!found.equals(file.digest())) {
            throw new InvalidInputException(
                "%s was replaced since the sweep was planned: found SHA-256 %s, allowed: %s"
                    .formatted(file.path(), found, file.digest()));
          }
        } catch (IOException e) {
          throw new InvalidInputException(
              "%s cannot be read: %s".formatted(file.path(), e.getMessage()), e);
        }
      }
    }
  }

  private void open(CheckpointReference reference) {
    if (reference instanceof CheckpointReference.InFile file) {
      opened.add(file.location().read(Checkpoints::open));
    } else if (reference instanceof CheckpointReference.Embedded embedded) {
      opened.add(Checkpoints.open(copyOf(embedded)));
    }
  }

  private Path copyOf(CheckpointReference.Embedded embedded) {
    try (InputStream in = WeightFiles.class.getResourceAsStream(embedded.resource())) {
      Path copy = Files.createTempFile("tokensweep-" + embedded.name(), ".safetensors");
      copies.add(copy);
      Files.write(copy, in.readAllBytes());
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    opened.forEach(Checkpoint::close);
    for (Path copy : copies) {
      try {
        Files.deleteIfExists(copy);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
