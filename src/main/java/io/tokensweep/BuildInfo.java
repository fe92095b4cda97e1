package io.tokensweep;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * What was built: read from the jar that runs.
 *
 * @param version of the project
 * @param commit full git hash, or {@code unknown} outside a repository
 * @param dirty whether tracked files differed from the commit
 * @param branch git branch, or {@code unknown}
 * @param commitTime ISO 8601, or {@code unknown}
 * @param codeHash SHA-256 over the classes and resources that run, so that two builds of one commit
 *     with different code differ
 */
public record BuildInfo(
    String version,
    String commit,
    boolean dirty,
    String branch,
    String commitTime,
    String codeHash) {

  private static final String RESOURCE = "/io/tokensweep/build.properties";
  private static final BuildInfo CURRENT = read();

  /** The running build. */
  public static BuildInfo current() {
    return CURRENT;
  }

  /** Names the code for reuse of results: commit and content. */
  public String codeVersion() {
    return commit.substring(0, Math.min(12, commit.length())) + "-" + codeHash.substring(0, 12);
  }

  private static BuildInfo read() {
    Properties properties = new Properties();
    try (InputStream in = BuildInfo.class.getResourceAsStream(RESOURCE)) {
      if (in != null) {
        properties.load(in);
      }
      return new BuildInfo(
          properties.getProperty("git.build.version", "unknown"),
          properties.getProperty("git.commit.id.full", "unknown"),
          Boolean.parseBoolean(properties.getProperty("git.dirty", "true")),
          properties.getProperty("git.branch", "unknown"),
          properties.getProperty("git.commit.time", "unknown"),
          hashOfCode());
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException("cannot read the running code: " + e.getMessage(), e);
    }
  }

  private static String hashOfCode() throws IOException, URISyntaxException {
    Path location =
        Path.of(BuildInfo.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    MessageDigest digest = Sha256.digest();
    if (Files.isDirectory(location)) {
      hashTree(location, digest);
    } else {
      try (var jar = FileSystems.newFileSystem(location)) {
        hashTree(jar.getPath("/"), digest);
      }
    }
    return Sha256.hex(digest);
  }

  private static void hashTree(Path root, MessageDigest digest) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(root.resolve("io/tokensweep"))) {
      files =
          walk.filter(Files::isRegularFile)
              .filter(file -> !file.endsWith("build.properties"))
              .sorted(Comparator.comparing(file -> root.relativize(file).toString()))
              .toList();
    }
    for (Path file : files) {
      digest.update(root.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
      digest.update(Files.readAllBytes(file));
    }
  }
}
