package io.tokensweep.data;

import io.tokensweep.InvalidInputException;
import io.tokensweep.data.WebDatasetShard.Sample;
import io.tokensweep.storage.Location;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tar files of images with labels as WebDataset writes them. The images are listed once, and each
 * is then read from its place in the tar file: nothing is unpacked. An image's name is its path in
 * the tar file, so it does not matter which shard an image is in, and a tar of an image folder has
 * the folder's names.
 */
public final class WebDatasetSource implements ImageSource {
  private static final long serialVersionUID = 1L;

  private final List<Location> shards;
  private final PackedImages images;

  private WebDatasetSource(List<Location> shards, PackedImages images) {
    this.shards = List.copyOf(shards);
    this.images = images;
  }

  /**
   * Lists the images.
   *
   * @param path a {@code .tar} file, a folder of them, a range such as {@code val-{000..049}.tar},
   *     or a pattern such as {@code val-*.tar}
   * @param labels what the {@code .cls} files may hold
   * @throws InvalidInputException if a shard is missing, damaged, compressed or empty, or a sample
   *     is not one image and one label, or is in two shards
   */
  public static WebDatasetSource of(String path, Labels labels) {
    List<Location> shards = DataFiles.pinned(DataFiles.find(path, ".tar"));
    List<PackedImage> images = new ArrayList<>();
    Map<String, PackedImage> byKey = new HashMap<>();
    for (int shard = 0; shard < shards.size(); shard++) {
      List<Sample> samples = shards.get(shard).read(file -> WebDatasetShard.read(file, labels));
      for (Sample sample : samples) {
        PackedImage image =
            new PackedImage(
                new ImageEntry(sample.image().name(), sample.label()),
                shard,
                sample.image().offset(),
                sample.image().size());
        PackedImage earlier = byKey.putIfAbsent(sample.key(), image);
        if (earlier != null) {
          throw new InvalidInputException(
              "%s: sample %s at byte %d: is also in %s at byte %d"
                  .formatted(
                      shards.get(shard),
                      sample.key(),
                      image.position(),
                      shards.get(earlier.part()),
                      earlier.position()));
        }
        images.add(image);
      }
    }
    return new WebDatasetSource(shards, PackedImages.sorted(images, labels));
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
    Location shard = shards.get(image.part());
    String place = "%s, byte %d".formatted(shard.name(), image.position());
    try {
      return new EncodedImage(
          ImageBytes.ofRange(shard.local(), image.position(), image.size()), place);
    } catch (BadImageException e) {
      throw e.at(place);
    }
  }

  @Override
  public int[] readingOrder() {
    return images.readingOrder();
  }

  @Override
  public WebDatasetSource limit(int count) {
    return new WebDatasetSource(shards, images.limit(count));
  }
}
