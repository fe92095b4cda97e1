package io.tokensweep.sweep;

import io.tokensweep.data.FlatSource;
import io.tokensweep.data.ImageFolderSource;
import io.tokensweep.data.ImageSource;
import io.tokensweep.data.Labels;
import io.tokensweep.data.ParquetColumns;
import io.tokensweep.data.ParquetSource;
import io.tokensweep.data.ShapesSource;
import io.tokensweep.data.Synsets;
import io.tokensweep.data.WebDatasetSource;
import io.tokensweep.storage.Location;
import java.util.OptionalInt;

/** The data set as a sweep file names it. */
sealed interface DataSpec {
  /** Lists the images; folders are read now. */
  ImageSource open();

  /** In words, without where it lies. */
  String describe();

  record Shapes(int count, long seed) implements DataSpec {
    @Override
    public ImageSource open() {
      return new ShapesSource(count, seed);
    }

    @Override
    public String describe() {
      return "shapes, seed " + seed;
    }
  }

  /**
   * @param labels {@code folders}, {@code imagenet} or the path of a list of synsets
   */
  record ImageFolder(String path, String labels) implements DataSpec {
    @Override
    public ImageSource open() {
      return switch (labels) {
        case "folders" -> ImageFolderSource.of(Location.of(path));
        case "imagenet" -> ImageFolderSource.imageNet(Location.of(path));
        default -> ImageFolderSource.of(Location.of(path), Synsets.read(Location.of(labels)));
      };
    }

    @Override
    public String describe() {
      return "image folder " + Location.of(path).name();
    }
  }

  /**
   * @param labels file in {@code path} with the columns image and label
   */
  record Flat(String path, String labels, OptionalInt classes) implements DataSpec {
    @Override
    public ImageSource open() {
      Location folder = Location.of(path);
      Location file = folder.child(labels);
      return classes.isPresent()
          ? FlatSource.of(folder, file, classes.getAsInt())
          : FlatSource.of(folder, file);
    }

    @Override
    public String describe() {
      return "photographs of " + Location.of(path).name();
    }
  }

  /**
   * @param path of a tar file, several, or a folder of them
   */
  record WebDataset(String path, LabelSpec labels) implements DataSpec {
    @Override
    public ImageSource open() {
      return WebDatasetSource.of(path, labels.open());
    }

    @Override
    public String describe() {
      return "WebDataset " + lastName(path);
    }
  }

  /**
   * @param path of a Parquet file, several, or a folder of them
   */
  record Parquet(String path, LabelSpec labels, ParquetColumns columns) implements DataSpec {
    @Override
    public ImageSource open() {
      return ParquetSource.of(path, columns, labels.open());
    }

    @Override
    public String describe() {
      return "Parquet images " + lastName(path);
    }
  }

  /**
   * What labels that lie beside the images mean.
   *
   * @param labels {@code numbers}, {@code imagenet} or the path of a list of synsets
   * @param classes of {@code numbers}
   */
  record LabelSpec(String labels, OptionalInt classes) {
    Labels open() {
      return switch (labels) {
        case "numbers" ->
            classes.isPresent() ? Labels.numbers(classes.getAsInt()) : Labels.numbers();
        case "imagenet" -> Labels.imageNet();
        default -> Labels.of(Synsets.read(Location.of(labels)));
      };
    }
  }

  private static String lastName(String path) {
    return path.substring(path.lastIndexOf('/', path.length() - 2) + 1);
  }
}
