package io.tokensweep.model.checkpoint;

import io.tokensweep.model.HostTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Builds the zip archives that {@code torch.save} writes. */
final class TorchArchive {
  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  private String folder = "archive/";
  private int method = ZipEntry.STORED;

  TorchArchive(byte[] pickle) {
    entry("data.pkl", pickle);
  }

  /** An archive of float32 tensors whose pickle wraps the state dict in a training checkpoint. */
  static TorchArchive training(Map<String, HostTensor> tensors) {
    Map<String, PickleWriter.StoredTensor> stored = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) ->
            stored.put(
                name,
                PickleWriter.StoredTensor.contiguous(
                    "FloatStorage",
                    Integer.toString(stored.size()),
                    Arrays.stream(tensor.shape()).boxed().toList())));
    PickleWriter pickle = new PickleWriter().raw('}', '(');
    pickle.text("model").stateDict(stored).text("epoch").whole(299);
    pickle.text("args").global("argparse", "Namespace").raw(')', 0x81);
    pickle.raw('}').text("lr").raw('G', 0x3f, 0xf0, 0, 0, 0, 0, 0, 0).raw('s', 'b');
    TorchArchive archive = new TorchArchive(pickle.raw('u').stop());
    int key = 0;
    for (HostTensor tensor : tensors.values()) {
      archive.storage(Integer.toString(key++), tensor.data());
    }
    return archive;
  }

  TorchArchive storage(String key, float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return entry("data/" + key, bytes.array());
  }

  TorchArchive entry(String name, byte[] bytes) {
    entries.put(name, bytes);
    return this;
  }

  TorchArchive byteOrder(String order) {
    return entry("byteorder", order.getBytes(StandardCharsets.US_ASCII));
  }

  TorchArchive folder(String name) {
    folder = name;
    return this;
  }

  TorchArchive deflated() {
    method = ZipEntry.DEFLATED;
    return this;
  }

  Path write(Path file) throws IOException {
    try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> named : entries.entrySet()) {
        ZipEntry entry = new ZipEntry(folder + named.getKey());
        CRC32 checksum = new CRC32();
        checksum.update(named.getValue());
        entry.setMethod(method);
        entry.setSize(named.getValue().length);
        entry.setCrc(checksum.getValue());
        zip.putNextEntry(entry);
        zip.write(named.getValue());
        zip.closeEntry();
      }
    }
    return file;
  }
}
