package io.tokensweep.model.checkpoint;

import io.tokensweep.InvalidInputException;
import io.tokensweep.model.HostTensor;
import io.tokensweep.model.checkpoint.PickleValue.Dict;
import io.tokensweep.model.checkpoint.PickleValue.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A PyTorch checkpoint: a zip archive of one folder with a pickle {@code data.pkl} and a storage in
 * each {@code data/KEY}.
 *
 * <p>If the pickle is a dict with a dict under {@code model}, {@code state_dict} or {@code
 * state_dict_ema}, the first of these is the state dict; otherwise the pickle itself is. What it
 * holds beside tensors is ignored, and no code that it names is run.
 */
final class TorchZip implements Checkpoint {
  private static final String PICKLE = "data.pkl";
  private static final int LONGEST_PICKLE = 64 << 20;
  private static final int LONGEST_BYTE_ORDER = 16;
  private static final long LONGEST_SPAN = Integer.MAX_VALUE - 8;
  private static final List<String> STATE_DICTS = List.of("model", "state_dict", "state_dict_ema");

  private final Path file;
  private final ZipFile zip;
  private final String folder;
  private final ByteOrder byteOrder;
  private final Map<String, StridedView> views;
  private final Map<String, TensorInfo> tensors;

  private TorchZip(Path file, ZipFile zip) throws IOException {
    this.file = file;
    this.zip = zip;
    this.folder = folder();
    this.byteOrder = byteOrder();
    this.views = views(Unpickler.read(file, bytes(folder + PICKLE, LONGEST_PICKLE)));
    Map<String, TensorInfo> infos = new LinkedHashMap<>();
    views.forEach(
        (name, view) -> {
          checkStorage(name, view);
          infos.put(name, new TensorInfo(view.type(), view.shape()));
        });
    this.tensors = Collections.unmodifiableMap(infos);
  }

  @SuppressWarnings("MustBeClosedChecker") // the archive lives as long as the checkpoint
  static TorchZip open(Path file) throws IOException {
    ZipFile zip;
    try {
      zip = new ZipFile(file.toFile());
    } catch (IllegalArgumentException e) {
      throw new IOException("the zip directory is damaged", e);
    }
    try {
      return new TorchZip(file, zip);
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  private String folder() {
    Set<String> names = new HashSet<>();
    Set<String> folders = new HashSet<>();
    zip.stream()
        .map(ZipEntry::getName)
        .forEach(
            name -> {
              if (!names.add(name)) {
                throw new InvalidInputException(
                    "%s: the archive holds %s twice".formatted(file, Quoted.of(name)));
              }
              int slash = name.indexOf('/') + 1;
              if (name.substring(slash).equals(PICKLE)) {
                folders.add(name.substring(0, slash));
              }
            });
    if (folders.size() != 1) {
      throw new InvalidInputException(
          "%s: the zip archive holds %d folders with a data.pkl, allowed is one as torch.save writes"
              .formatted(file, folders.size()));
    }
    String folder = folders.iterator().next();
    if (names.contains(folder + "constants.pkl")) {
      throw new InvalidInputException(
          file + ": is a TorchScript archive, allowed is a state dict written by torch.save");
    }
    return folder;
  }

  private ByteOrder byteOrder() throws IOException {
    String name = folder + "byteorder";
    if (zip.getEntry(name) == null) {
      return ByteOrder.LITTLE_ENDIAN;
    }
    String order = new String(bytes(name, LONGEST_BYTE_ORDER), StandardCharsets.UTF_8);
    return switch (order) {
      case "little" -> ByteOrder.LITTLE_ENDIAN;
      case "big" -> ByteOrder.BIG_ENDIAN;
      default ->
          throw new InvalidInputException(
              "%s: byteorder is %s, allowed: little, big".formatted(file, Quoted.of(order)));
    };
  }

  private Map<String, StridedView> views(PickleValue root) {
    Map<String, StridedView> views = new LinkedHashMap<>();
    if (root instanceof Dict dict) {
      stateDict(dict)
          .entries()
          .forEach(
              (name, value) -> {
                if (value instanceof Tensor tensor) {
                  views.put(name, tensor.view());
                }
              });
    }
    if (views.isEmpty()) {
      throw new InvalidInputException(
          file
              + ": holds no tensors by name, allowed is a state dict, or a dict with one under "
              + String.join(", ", STATE_DICTS));
    }
    return views;
  }

  private static Dict stateDict(Dict root) {
    for (String key : STATE_DICTS) {
      if (root.entries().get(key) instanceof Dict dict) {
        return dict;
      }
    }
    return root;
  }

  private void checkStorage(String name, StridedView view) {
    long bytes = view.storageElements() * view.type().bits() / 8;
    ZipEntry entry = zip.getEntry(storage(view));
    if (entry == null || entry.getSize() != bytes) {
      throw new InvalidInputException(
          "%s: tensor %s: its storage %s has %s, expected are %d bytes"
              .formatted(
                  file,
                  Quoted.of(name),
                  Quoted.of(storage(view)),
                  entry == null ? "no entry" : entry.getSize() + " bytes",
                  bytes));
    }
  }

  private String storage(StridedView view) {
    return folder + "data/" + view.key();
  }

  /** The whole of a small entry. */
  private byte[] bytes(String name, int most) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry.getSize() > most) {
      throw new InvalidInputException(
          "%s: %s has %d bytes, allowed are at most %d"
              .formatted(file, Quoted.of(name), entry.getSize(), most));
    }
    return bytes(entry, 0, (int) entry.getSize());
  }

  /** Part of an entry, of which all is read to check it against its checksum. */
  private byte[] bytes(ZipEntry entry, long start, int count) throws IOException {
    try (var checked = new CheckedInputStream(zip.getInputStream(entry), new CRC32())) {
      checked.skipNBytes(start);
      byte[] bytes = checked.readNBytes(count);
      checked.transferTo(OutputStream.nullOutputStream());
      if (bytes.length != count || checked.getChecksum().getValue() != entry.getCrc()) {
        throw new IOException(
            "%s does not match its length and checksum".formatted(Quoted.of(entry.getName())));
      }
      return bytes;
    }
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return tensors;
  }

  @Override
  public Map<String, String> metadata() {
    return Map.of();
  }

  @Override
  public HostTensor read(String name) {
    Tensors.checkReadable(this, name);
    StridedView view = views.get(name);
    int elementBytes = view.type().bits() / 8;
    if (view.span() > LONGEST_SPAN / elementBytes) {
      throw new InvalidInputException(
          "%s: tensor %s spans %d elements of its storage, allowed are at most %d"
              .formatted(file, Quoted.of(name), view.span(), LONGEST_SPAN / elementBytes));
    }
    try {
      byte[] bytes =
          bytes(
              zip.getEntry(storage(view)),
              view.offset() * elementBytes,
              (int) view.span() * elementBytes);
      float[] stored = new float[(int) view.span()];
      Decoder.decode(view.type(), ByteBuffer.wrap(bytes).order(byteOrder), stored, 0);
      return new HostTensor(
          view.shape().stream().mapToLong(Long::longValue).toArray(), view.gather(stored));
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: tensor %s cannot be read: %s".formatted(file, Quoted.of(name), e.getMessage()), e);
    }
  }

  @Override
  public void close() {
    try {
      zip.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
