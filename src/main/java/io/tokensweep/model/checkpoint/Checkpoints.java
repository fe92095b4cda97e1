package io.tokensweep.model.checkpoint;

import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Opens checkpoint files of every supported format. */
public final class Checkpoints {
  private static final int MAGIC_BYTES = 9;
  private static final int CHUNK_BYTES = 1 << 16;

  private Checkpoints() {}

  /**
   * Opens a checkpoint; its content decides the format, not its name.
   *
   * @throws InvalidInputException if the file is missing, empty, damaged, of an unknown format or
   *     refers to anything but tensors and plain data
   */
  public static Checkpoint open(Path file) {
    try {
      byte[] magic = magic(file);
      if (isZip(magic)) {
        return TorchZip.open(file);
      }
      if (isPickle(magic)) {
        throw new InvalidInputException(
            file
                + ": is a PyTorch file of the format before 1.6 or a bare pickle, allowed are zip"
                + " archives; re-save with torch.save(..., _use_new_zipfile_serialization=True)");
      }
      return Safetensors.open(file);
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(file + ": there is no such file", e);
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: cannot be read as a checkpoint (%s: %s)"
              .formatted(file, e.getClass().getSimpleName(), e.getMessage()),
          e);
    }
  }

  /**
   * SHA-256 of the bytes of a file as 64 lower-case hex digits.
   *
   * @throws InvalidInputException if the file cannot be read
   */
  public static String contentHash(Path file) {
    try (InputStream bytes = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] chunk = new byte[CHUNK_BYTES];
      for (int read = bytes.read(chunk); read >= 0; read = bytes.read(chunk)) {
        digest.update(chunk, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new InvalidInputException("%s: cannot be read: %s".formatted(file, e), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static byte[] magic(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new InvalidInputException(
          file + ": is a folder, allowed is a safetensors file or a PyTorch zip archive");
    }
    try (InputStream bytes = Files.newInputStream(file)) {
      byte[] magic = bytes.readNBytes(MAGIC_BYTES);
      if (magic.length == 0) {
        throw new InvalidInputException(
            file + ": is empty, allowed is a safetensors file or a PyTorch zip archive");
      }
      boolean known = isZip(magic) || isPickle(magic) || isSafetensors(magic);
      if (!known) {
        throw new InvalidInputException(
            "%s: begins with the bytes %s, allowed is a safetensors file or a PyTorch zip archive"
                .formatted(file, HexFormat.ofDelimiter(" ").formatHex(magic)));
      }
      return magic;
    }
  }

  private static boolean isZip(byte[] magic) {
    return magic.length >= 4
        && magic[0] == 'P'
        && magic[1] == 'K'
        && ((magic[2] == 3 && magic[3] == 4) || (magic[2] == 5 && magic[3] == 6));
  }

  private static boolean isPickle(byte[] magic) {
    return !isSafetensors(magic)
        && magic.length >= 2
        && magic[0] == (byte) 0x80
        && magic[1] >= 2
        && magic[1] <= 5;
  }

  private static boolean isSafetensors(byte[] magic) {
    return magic.length == MAGIC_BYTES && magic[MAGIC_BYTES - 1] == '{';
  }
}
