package io.tokensweep.cli;

import io.tokensweep.Sha256;
import io.tokensweep.store.SyntheticRun;
import io.tokensweep.store.SyntheticRun.Trial;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The program of a made-up repository: what a tree measures stands in its {@code
 * method.properties}. It runs as quickly as a file is written; every command but {@code run} is
 * that of TokenSweep.
 */
final class StoryProgram {
  private static final int SESSIONS = 10;

  /** A commit and what its tree says. */
  private record Tree(String commit, long number, Properties method) {
    static Tree at(Path folder) throws IOException {
      Properties method = new Properties();
      try (Reader reader = Files.newBufferedReader(folder.resolve("method.properties"))) {
        method.load(reader);
      }
      return new Tree(
          git(folder, "rev-parse", "HEAD"),
          Long.parseLong(git(folder, "rev-list", "--count", "HEAD")),
          method);
    }

    double seconds() {
      return Double.parseDouble(method.getProperty("seconds"));
    }

    int lost() {
      return Integer.parseInt(method.getProperty("lost"));
    }
  }

  private StoryProgram() {}

  static String git(Path folder, String... words) throws IOException {
    String[] command = new String[words.length + 9];
    List<String> start =
        List.of(
            "git",
            "-C",
            folder.toString(),
            "-c",
            "user.name=someone",
            "-c",
            "user.email=someone",
            "-c",
            "commit.gpgsign=false");
    System.arraycopy(start.toArray(), 0, command, 0, 9);
    System.arraycopy(words, 0, command, 9, words.length);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(String.join(" ", words) + ": " + out);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return out;
  }

  /** Measures the tree in a folder and publishes that as a run of its commit. */
  static void measure(Path folder, Path results, boolean fresh) throws IOException {
    measure(folder, results, fresh, SESSIONS, "0", List.of());
  }

  static void measure(
      Path folder,
      Path results,
      boolean fresh,
      int sessions,
      String sweepSha256,
      List<String> overrides)
      throws IOException {
    Tree tree = Tree.at(folder);
    long seed = fresh ? 1000 + 10 * runs(results) : 10 * tree.number();
    SyntheticRun.of(
            "20260101T000000000Z-%06d".formatted(seed),
            tree.commit(),
            sessions(sessions, 0.1, seed),
            Trial.none(image -> image % 4 != 0),
            Trial.evit(
                0.7,
                image -> image % 4 != 0 && image >= 2 * tree.lost(),
                sessions(sessions, 0.07, seed + 1)),
            Trial.evit(0.5, image -> image % 4 != 0, sessions(sessions, tree.seconds(), seed + 2)))
        .publish(results, sweepSha256, overrides);
  }

  private static long runs(Path results) throws IOException {
    try (Stream<Path> files = Files.list(results.resolve("runs"))) {
      return files.count();
    }
  }

  /** With a spread of one percent around a time. */
  private static double[] sessions(int sessions, double seconds, long seed) {
    Random random = new Random(seed);
    double[] times = new double[sessions];
    Arrays.setAll(times, i -> seconds * Math.exp(0.01 * random.nextGaussian()));
    return times;
  }

  public static void main(String[] args) throws IOException {
    if (args.length > 0 && args[0].equals("run")) {
      List<String> words = List.of(args);
      measure(
          Path.of("").toAbsolutePath(),
          Path.of(words.get(words.indexOf("--results") + 1)),
          words.contains("--fresh"),
          words.contains("--few") ? 2 : SESSIONS,
          Sha256.of(Files.readString(Path.of(words.get(words.indexOf("--results") - 1)))),
          IntStream.range(0, words.size())
              .filter(i -> words.get(i).equals("--trial"))
              .mapToObj(i -> "--trial=" + words.get(i + 1))
              .toList());
      System.out.println("measured " + Tree.at(Path.of("").toAbsolutePath()).number());
    } else {
      TokenSweep.main(args);
    }
  }

  /** A script that starts this class with the class path of the tests. */
  static Path script(Path file) throws IOException {
    Files.writeString(
        file,
        """
        #!/bin/sh
        exec '%s' -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '%s' %s "$@"
        """
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path"),
                StoryProgram.class.getName()));
    if (!file.toFile().setExecutable(true)) {
      throw new IOException(file + " cannot be made executable");
    }
    return file;
  }
}
