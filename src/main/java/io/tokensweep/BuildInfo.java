package io.tokensweep;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

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

  private static final String FOLDER = "io/tokensweep/";
  private static final String FILE = "build.properties";
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
    try (InputStream in = BuildInfo.class.getResourceAsStream(FILE)) {
      if (in != null) {
        properties.load(in);
      }
      return new BuildInfo(
          properties.getProperty("git.build.version", "unknown"),
          properties.getProperty("git.commit.id.full", "unknown"),
          Boolean.parseBoolean(properties.getProperty("git.dirty", "true")),
          properties.getProperty("git.branch", "unknown"),
          properties.getProperty("git.commit.time", "unknown"),
          CodeHash.of(BuildInfo.class, name -> name.startsWith(FOLDER) && !name.endsWith(FILE)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the running code: " + e.getMessage(), e);
    }
  }
}
