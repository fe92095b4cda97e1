package io.tokensweep.data;

import io.tokensweep.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarFile;

/**
 * Walks through the files in a tar file: USTAR, GNU or pax, with names of any length. Reads the
 * headers and, if asked, the start of a file, and skips the rest.
 */
final class TarMembers {
  private static final int BLOCK = 512;

  private final Path tar;

  private TarMembers(Path tar) {
    this.tar = tar;
  }

  /**
   * A file in a tar file.
   *
   * @param name as it was packed, without {@code ./} ahead
   * @param offset of its first byte in the tar file
   * @param size in bytes
   * @param target what it is a link to, if it is one
   */
  record Member(String name, long offset, long size, Optional<String> target) {}

  /** Takes the members in order. */
  interface Visitor {
    /**
     * @param content of the member; need not be read
     * @throws InvalidInputException if the member is not as it should be
     */
    void member(Member member, InputStream content) throws IOException;
  }

  /**
   * Shows all regular files and links in a tar file; folders and the like are left out.
   *
   * @throws InvalidInputException if the file cannot be read, is no tar file, is compressed,
   *     damaged or cut off
   */
  static void visit(Path tar, Visitor visitor) {
    new TarMembers(tar).visit(visitor);
  }

  private void visit(Visitor visitor) {
    try (FileChannel channel = FileChannel.open(tar)) {
      checkStart(channel);
      visit(channel, visitor);
    } catch (FileSystemException e) {
      throw new InvalidInputException("%s: cannot be read (%s)".formatted(tar, e), e);
    } catch (IOException e) {
      throw new InvalidInputException("%s: cannot be read: %s".formatted(tar, e.getMessage()), e);
    }
  }

  private void visit(FileChannel channel, Visitor visitor) throws IOException {
    try (TarFile file = members(channel)) {
      long end = 0;
      for (TarArchiveEntry entry : file.getEntries()) {
        if (!entry.isCheckSumOK()) {
          throw damaged(end, "wrong check sum of a header");
        }
        long offset = entry.getDataOffset();
        if (entry.isSparse()) {
          throw new InvalidInputException(
              "%s: %s at byte %d is stored sparsely, allowed are plain files"
                  .formatted(tar, entry.getName(), offset));
        }
        boolean link = entry.isLink() || entry.isSymbolicLink();
        if (link || isRegular(entry)) {
          Optional<String> target = link ? Optional.of(entry.getLinkName()) : Optional.empty();
          visitor.member(
              new Member(plain(entry.getName()), offset, entry.getSize(), target),
              file.getInputStream(entry));
        }
        end = offset + (entry.isDirectory() ? 0 : padded(entry.getSize()));
      }
      checkEnd(channel, end);
    }
  }

  /** Reads all headers and seeks over what lies between them. */
  private TarFile members(FileChannel channel) throws IOException {
    try {
      return new TarFile(channel, BLOCK, BLOCK, StandardCharsets.UTF_8.name(), false);
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      throw damaged(
          Math.min(channel.position(), channel.size()),
          String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
  }

  private void checkStart(FileChannel channel) throws IOException {
    ByteBuffer start = ByteBuffer.allocate(2);
    if (channel.read(start, 0) < 0) {
      throw new InvalidInputException("%s: empty, allowed are tar files".formatted(tar));
    }
    if (start.get(0) == 0x1f && start.get(1) == (byte) 0x8b) {
      throw new InvalidInputException(
          "%s: compressed with gzip, allowed are plain tar files, since images are read one by one;"
                  .formatted(tar)
              + " unpack it with gunzip");
    }
  }

  private static boolean isRegular(TarArchiveEntry entry) {
    byte kind = entry.getLinkFlag();
    return (kind == TarConstants.LF_NORMAL
            || kind == TarConstants.LF_OLDNORM
            || kind == TarConstants.LF_CONTIG
            || kind == TarConstants.LF_GNUTYPE_SPARSE)
        && !entry.getName().endsWith("/");
  }

  private static String plain(String name) {
    String plain = name;
    while (plain.startsWith("./")) {
      plain = plain.substring(2);
    }
    return plain;
  }

  private static long padded(long size) {
    return (size + BLOCK - 1) / BLOCK * BLOCK;
  }

  /**
   * A whole tar file ends in blocks of zeros. Without them it was cut off between two members; with
   * anything behind them it was joined of several, of which tar readers see the first only.
   */
  private void checkEnd(FileChannel channel, long end) throws IOException {
    if (channel.size() < end + BLOCK) {
      throw damaged(end, "no end mark, so it was cut off");
    }
    ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
    long position = end;
    while (channel.read(bytes.clear(), position) > 0) {
      for (int i = 0; i < bytes.position(); i++) {
        if (bytes.get(i) != 0) {
          throw damaged(position + i, "something follows the end mark");
        }
      }
      position += bytes.position();
    }
  }

  private InvalidInputException damaged(long position, String reason) {
    return new InvalidInputException(
        "%s: no whole, undamaged tar file: at byte %d or ahead of it: %s"
            .formatted(tar, position, reason));
  }
}
