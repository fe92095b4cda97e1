package io.tokensweep.data;

import io.tokensweep.InvalidInputException;
import io.tokensweep.data.TarMembers.Member;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The samples of one WebDataset shard. Members are of one sample if their paths are equal up to the
 * first dot of the file name; what follows the dot says what they are. A sample has one image and
 * one {@code cls}, and may have more, which is not read. Members whose name has no dot, or starts
 * with one, belong to no sample.
 */
final class WebDatasetShard {
  private static final Set<String> IMAGES =
      Set.of(
          "jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff", "avif", "heic", "heif", "jp2",
          "jxl", "ppm", "pgm", "pbm", "pnm");
  private static final String LABEL = "cls";
  private static final int LONGEST_LABEL = 256;

  private final Path shard;
  private final Labels labels;
  private final Map<String, Draft> drafts = new LinkedHashMap<>();

  private WebDatasetShard(Path shard, Labels labels) {
    this.shard = shard;
    this.labels = labels;
  }

  /**
   * An image with its label.
   *
   * @param key unique in the shard
   */
  record Sample(String key, Member image, int label) {}

  /** What is known of a sample so far. */
  private static final class Draft {
    private final Member first;
    private Optional<Member> image = Optional.empty();
    private Optional<Member> labelFile = Optional.empty();
    private int label;

    Draft(Member first) {
      this.first = first;
    }
  }

  /**
   * Lists the samples in the order of their first members; images are not read.
   *
   * @throws InvalidInputException if the shard is damaged or has no sample, or a sample lacks its
   *     image or label, has two of them, a link for one of them or a label that there is not
   */
  static List<Sample> read(Path shard, Labels labels) {
    WebDatasetShard reader = new WebDatasetShard(shard, labels);
    TarMembers.visit(shard, reader::add);
    return reader.samples();
  }

  private void add(Member member, InputStream content) throws IOException {
    String path = member.name();
    int name = path.lastIndexOf('/') + 1;
    int dot = path.indexOf('.', name);
    if (dot <= name) {
      return;
    }
    String key = path.substring(0, dot);
    String kind = path.substring(dot + 1).toLowerCase(Locale.ROOT);
    if (member.target().isPresent()) {
      if (IMAGES.contains(kind) || kind.equals(LABEL)) {
        throw problem(
            key,
            member,
            "%s is a link to %s; pack with tar --dereference --hard-dereference"
                .formatted(path, member.target().get()));
      }
      return;
    }
    Draft draft = drafts.computeIfAbsent(key, absent -> new Draft(member));
    if (IMAGES.contains(kind)) {
      draft.image = Optional.of(only(key, "image", draft.image, member));
    } else if (kind.equals(LABEL)) {
      draft.labelFile = Optional.of(only(key, "label", draft.labelFile, member));
      draft.label = label(key, member, content);
    }
  }

  private Member only(String key, String what, Optional<Member> earlier, Member member) {
    if (earlier.isPresent()) {
      throw problem(
          key,
          member,
          "has the %s %s, and another, %s, at byte %d"
              .formatted(what, member.name(), earlier.get().name(), earlier.get().offset()));
    }
    return member;
  }

  private int label(String key, Member member, InputStream content) throws IOException {
    byte[] text = content.readNBytes(LONGEST_LABEL);
    try {
      return labels.index(new String(text, StandardCharsets.UTF_8).strip());
    } catch (InvalidInputException e) {
      throw problem(key, member, e.getMessage());
    }
  }

  private List<Sample> samples() {
    if (drafts.isEmpty()) {
      throw new InvalidInputException(
          "%s: no samples, expected images with a .cls beside each".formatted(shard));
    }
    List<Sample> samples = new ArrayList<>();
    drafts.forEach(
        (key, draft) -> {
          Member image =
              draft.image.orElseThrow(
                  () -> problem(key, draft.first, "has no image: no .jpg, .jpeg or .png"));
          if (draft.labelFile.isEmpty()) {
            throw problem(key, draft.first, "has no label: no .cls");
          }
          samples.add(new Sample(key, image, draft.label));
        });
    return samples;
  }

  private InvalidInputException problem(String key, Member member, String problem) {
    return new InvalidInputException(
        "%s: sample %s at byte %d: %s".formatted(shard, key, member.offset(), problem));
  }
}
