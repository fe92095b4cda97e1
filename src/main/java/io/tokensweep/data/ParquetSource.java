package io.tokensweep.data;

import io.tokensweep.InvalidInputException;
import io.tokensweep.data.ParquetImages.Row;
import io.tokensweep.storage.Location;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Parquet files of encoded images with labels, as HuggingFace datasets writes them. Labels and
 * places are listed once; the bytes of an image are read when it is opened, with the page that
 * holds them. Each thread keeps the page that it read last.
 *
 * <p>An image's name is its path in the file, if each image of the data set has a relative path of
 * its own; otherwise the names of all are those of file and row, such as {@code
 * val-00000-of-00014.parquet/00000012}.
 */
public final class ParquetSource implements ImageSource {
  private static final long serialVersionUID = 1L;

  /** What a thread read last, unless memory became short. */
  private static final ThreadLocal<SoftReference<ParquetPages>> LAST = new ThreadLocal<>();

  private final List<ParquetChunk> chunks;
  private final PackedImages images;

  private ParquetSource(List<ParquetChunk> chunks, PackedImages images) {
    this.chunks = List.copyOf(chunks);
    this.images = images;
  }

  /**
   * Lists the images.
   *
   * @param path a {@code .parquet} file, a folder of them, a range such as {@code
   *     val-{00000..00013}.parquet}, or a pattern such as {@code val-*.parquet}
   * @param labels what the column of labels may hold
   * @throws InvalidInputException if a file is missing, damaged, empty or not such a file, or a row
   *     has no label or one that there is not
   */
  public static ParquetSource of(String path, ParquetColumns columns, Labels labels) {
    List<Location> files = DataFiles.pinned(DataFiles.find(path, ".parquet"));
    List<String> names = DataFiles.names(files);
    List<ParquetImages> contents = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      contents.add(ParquetImages.read(files.get(i), names.get(i), columns, labels));
    }
    boolean named = areNames(contents);
    List<ParquetChunk> chunks = new ArrayList<>();
    List<PackedImage> images = new ArrayList<>();
    for (ParquetImages content : contents) {
      int row = 0;
      for (ParquetChunk chunk : content.chunks()) {
        for (int i = 0; i < chunk.rows(); i++) {
          Row image = content.rows().get(row);
          String name =
              named ? plain(image.path().orElseThrow()) : "%s/%08d".formatted(chunk.name(), row);
          images.add(new PackedImage(new ImageEntry(name, image.label()), chunks.size(), i, 1));
          row++;
        }
        chunks.add(chunk);
      }
    }
    return new ParquetSource(chunks, PackedImages.sorted(images, labels));
  }

  private static boolean areNames(List<ParquetImages> contents) {
    Set<String> paths = new HashSet<>();
    for (ParquetImages content : contents) {
      for (Row row : content.rows()) {
        String path = plain(row.path().orElse(""));
        if (path.isBlank() || path.startsWith("/") || !paths.add(path)) {
          return false;
        }
      }
    }
    return true;
  }

  private static String plain(String path) {
    return path.startsWith("./") ? plain(path.substring(2)) : path;
  }

  @Override
  public List<ImageEntry> images() {
    return images.entries();
  }

  @Override
  public int classes() {
    return images.classes();
  }

  @Override
  public RgbImage load(int index, Transform transform, int resolution) throws BadImageException {
    return read(index).load(transform, resolution);
  }

  @Override
  public StoredImage open(int index) throws BadImageException {
    return read(index);
  }

  private EncodedImage read(int index) throws BadImageException {
    PackedImage image = images.images().get(index);
    ParquetChunk chunk = chunks.get(image.part());
    String place = "%s, row %d".formatted(chunk.name(), chunk.firstRow() + image.position());
    try {
      Optional<byte[]> bytes = pages(chunk).row((int) image.position());
      return new EncodedImage(
          bytes.orElseThrow(() -> new BadImageException("no image: its bytes are null")), place);
    } catch (BadImageException e) {
      throw e.at(place);
    } catch (IOException e) {
      throw ImageBytes.unreadable(e).at(place);
    } catch (RuntimeException e) { // what parquet throws when a page is damaged
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new BadImageException("Parquet file is damaged: " + reason, e).at(place);
    } catch (OutOfMemoryError e) { // sizes in a page are allocated before its bytes are seen
      throw new BadImageException(
              "Parquet file is damaged, or its page does not fit into memory", e)
          .at(place);
    }
  }

  private static ParquetPages pages(ParquetChunk chunk) throws IOException {
    SoftReference<ParquetPages> last = LAST.get();
    ParquetPages held = last == null ? null : last.get();
    if (held != null && held.areOf(chunk)) {
      return held;
    }
    LAST.remove(); // so that it is not held while the next one is read
    ParquetPages pages = new ParquetPages(chunk);
    LAST.set(new SoftReference<>(pages));
    return pages;
  }

  @Override
  public int[] readingOrder() {
    return images.readingOrder();
  }

  @Override
  public ParquetSource limit(int count) {
    return new ParquetSource(chunks, images.limit(count));
  }
}
