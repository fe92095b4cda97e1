package io.tokensweep.cluster;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What may happen to a sweep at work. Each says in a few words what it did. */
enum Fault {
  EXECUTOR_KILLED {
    @Override
    String strike(Scene scene, Random random) throws IOException, InterruptedException {
      Optional<ProcessHandle> executor = scene.executor(random);
      executor.ifPresent(Fault::kill);
      return executor.isPresent() ? "kill -9 of an executor" : "no executor came up";
    }
  },
  WORKER_KILLED {
    @Override
    String strike(Scene scene, Random random) throws IOException, InterruptedException {
      List<ProcessHandle> workers = scene.cluster().workers();
      kill(workers.get(random.nextInt(workers.size())));
      return "kill -9 of a worker" + mendAfter(scene, random);
    }
  },
  DRIVER_KILLED {
    @Override
    String strike(Scene scene, Random random) {
      kill(scene.job().process());
      return "kill -9 of the driver";
    }
  },
  MASTER_KILLED {
    @Override
    String strike(Scene scene, Random random) throws IOException, InterruptedException {
      scene.cluster().process("master").ifPresent(Fault::kill);
      return "kill -9 of the master" + mendAfter(scene, random);
    }
  },
  BOTH_WORKERS_KILLED {
    @Override
    String strike(Scene scene, Random random) throws IOException, InterruptedException {
      scene.cluster().workers().forEach(Fault::kill);
      return "kill -9 of both workers" + mendAfter(scene, random);
    }
  },
  EXECUTOR_STOPPED {
    @Override
    String strike(Scene scene, Random random) throws IOException, InterruptedException {
      Optional<ProcessHandle> executor = scene.executor(random);
      if (executor.isEmpty()) {
        return "no executor came up";
      }
      long seconds = Long.getLong("campaign.pause", 60);
      signal("STOP", executor.get());
      Thread.sleep(TimeUnit.SECONDS.toMillis(seconds));
      signal("CONT", executor.get());
      return "SIGSTOP of an executor for %d s".formatted(seconds);
    }
  },
  DISK_FULL {
    @Override
    String strike(Scene scene, Random random) throws IOException, InterruptedException {
      if (scene.disk().isEmpty()) {
        return LEFT_OUT;
      }
      int seconds = 2 + random.nextInt(10);
      scene.disk().get().fill();
      Thread.sleep(TimeUnit.SECONDS.toMillis(seconds));
      scene.disk().get().makeRoom();
      return "results disk full for %d s".formatted(seconds);
    }
  },
  READ_ONLY {
    @Override
    String strike(Scene scene, Random random) throws IOException, InterruptedException {
      if (scene.disk().isEmpty()) {
        return LEFT_OUT;
      }
      int seconds = 2 + random.nextInt(10);
      scene.disk().get().refuseWrites();
      Thread.sleep(TimeUnit.SECONDS.toMillis(seconds));
      scene.disk().get().allowWrites();
      return "results disk read-only for %d s".formatted(seconds);
    }
  },
  PIXELS_DELETED {
    @Override
    String strike(Scene scene, Random random) throws IOException, InterruptedException {
      for (int i = 0; i < 600 && scene.job().isAlive(); i++) {
        Optional<Path> file = any(scene.results().resolve("_pixels"), random, each -> true);
        if (file.isPresent()) {
          Files.deleteIfExists(file.get());
          return "a file of the pixel cache deleted";
        }
        Thread.sleep(50);
      }
      return "no pixels came up";
    }
  },
  UNPUBLISHED_DAMAGED {
    @Override
    boolean needsCommits() {
      return true;
    }

    @Override
    String strike(Scene scene, Random random) throws IOException, InterruptedException {
      kill(scene.job().process());
      scene.job().endsWithin(20);
      Thread.sleep(2000); // executors leave after their driver
      Optional<Path> file =
          any(
              scene.results().resolve("_work"),
              random,
              each -> !each.toString().matches(".*(lock|/attempts/.*|/[.][^/]*)"));
      if (file.isEmpty()) {
        return "driver killed; nothing unpublished to damage";
      }
      return "driver killed; %s %s"
          .formatted(damage(file.get(), random), kindOf(scene.results(), file.get()));
    }
  };

  private static final String LEFT_OUT = "left out: no file system can be mounted here";

  /** Where it happens. */
  record Scene(Cluster cluster, Job job, Path results, Optional<Disk> disk) {
    /** One of those at work; waits for the first. */
    Optional<ProcessHandle> executor(Random random) throws IOException, InterruptedException {
      for (int i = 0; i < 300 && job.isAlive(); i++) {
        List<ProcessHandle> executors = cluster.executors();
        if (!executors.isEmpty()) {
          return Optional.of(executors.get(random.nextInt(executors.size())));
        }
        Thread.sleep(100);
      }
      return Optional.empty();
    }
  }

  abstract String strike(Scene scene, Random random) throws IOException, InterruptedException;

  /** Whether it is about what is committed, and nothing before. */
  boolean needsCommits() {
    return false;
  }

  private static void kill(ProcessHandle process) {
    process.destroyForcibly();
  }

  private static void signal(String name, ProcessHandle process)
      throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
  }

  private static String mendAfter(Scene scene, Random random)
      throws IOException, InterruptedException {
    int seconds = random.nextInt(6);
    Thread.sleep(TimeUnit.SECONDS.toMillis(seconds));
    scene.cluster().mend();
    return ", a new one after %d s".formatted(seconds);
  }

  private static Optional<Path> any(Path folder, Random random, Predicate<Path> which)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      List<Path> files = walk.filter(Files::isRegularFile).filter(which).sorted().toList();
      return files.isEmpty()
          ? Optional.empty()
          : Optional.of(files.get(random.nextInt(files.size())));
    } catch (java.io.UncheckedIOException e) {
      return Optional.empty(); // renamed while it was listed
    }
  }

  private static String damage(Path file, Random random) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      if (bytes.length() == 0) {
        return "nothing in";
      }
      if (random.nextInt(3) == 0) {
        bytes.setLength((long) (random.nextDouble() * bytes.length()));
        return "cut off";
      }
      long place = (long) (random.nextDouble() * bytes.length());
      bytes.seek(place);
      int old = bytes.read();
      bytes.seek(place);
      bytes.write(old ^ (1 << random.nextInt(8)));
      return "a bit of";
    } catch (NoSuchFileException e) {
      return "vanished:";
    }
  }

  /** Such as {@code predictions/part-0.parquet}. */
  private static String kindOf(Path results, Path file) {
    Path inWork = results.resolve("_work").relativize(file);
    return inWork.getNameCount() < 3
        ? file.getFileName().toString()
        : inWork.getName(1) + "/…/" + file.getFileName();
  }
}
