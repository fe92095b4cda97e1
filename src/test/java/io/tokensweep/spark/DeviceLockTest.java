package io.tokensweep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who has the lock alone has it alone, among threads and among processes. */
@Timeout(60)
class DeviceLockTest {
  private static final String NAMED = "--named";

  @TempDir Path folder;

  @Test
  void whoIsAloneIsAlone() throws Exception {
    DeviceLock lock = DeviceLock.at(folder.resolve("threads.lock"));
    AtomicInteger sharing = new AtomicInteger();
    AtomicInteger alone = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(6);
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      boolean wantsAll = i % 5 == 0;
      long seed = i;
      all.add(
          threads.submit(
              () -> {
                try (DeviceLock.Hold hold = wantsAll ? lock.alone() : lock.shared()) {
                  AtomicInteger own = wantsAll ? alone : sharing;
                  int now = own.incrementAndGet();
                  most.accumulateAndGet(wantsAll ? 0 : now, Math::max);
                  assertTrue(wantsAll ? now == 1 && sharing.get() == 0 : alone.get() == 0);
                  TimeUnit.MILLISECONDS.sleep(new Random(seed).nextInt(4));
                  assertTrue(wantsAll ? sharing.get() == 0 : alone.get() == 0);
                  own.decrementAndGet();
                }
                return null;
              }));
    }
    for (Future<?> one : all) {
      one.get();
    }
    threads.shutdown();
    assertTrue(most.get() > 1, "nobody ever shared it");
  }

  @Test
  void whoWantsItAloneIsNotKeptOutByThoseWhoShareIt() throws Exception {
    DeviceLock lock = DeviceLock.at(folder.resolve("patient.lock"));
    ExecutorService threads = Executors.newFixedThreadPool(2);
    DeviceLock.Hold first = lock.shared();
    Future<?> waiting = threads.submit(() -> lock.alone().close());
    TimeUnit.MILLISECONDS.sleep(100);
    Future<?> late = threads.submit(() -> lock.shared().close());
    TimeUnit.MILLISECONDS.sleep(100);
    assertFalse(late.isDone(), "came in ahead of who waits to be alone");
    assertFalse(waiting.isDone());
    first.close();
    waiting.get();
    late.get();
    threads.shutdown();
  }

  @Test
  void aProcessKeepsOthersOutUntilItDies() throws Exception {
    Path file = folder.resolve("processes.lock");
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                DeviceLockTest.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = holder.inputReader()) {
      assertEquals("held", out.readLine());
      ExecutorService threads = Executors.newSingleThreadExecutor();
      Future<?> waiting = threads.submit(() -> DeviceLock.at(file).shared().close());
      TimeUnit.MILLISECONDS.sleep(200);
      assertFalse(waiting.isDone());
      holder.destroyForcibly().waitFor();
      waiting.get();
      threads.shutdown();
    } finally {
      holder.destroyForcibly();
    }
  }

  /** As YARN has it: each container has a folder of its own for temporary files. */
  @Test
  void containersOfOneHostSeeEachOther() throws Exception {
    String name = "test-%d".formatted(ProcessHandle.current().pid());
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + Files.createDirectory(folder.resolve("container")),
                "-cp",
                System.getProperty("java.class.path"),
                DeviceLockTest.class.getName(),
                NAMED,
                name)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = holder.inputReader()) {
      assertEquals("held", out.readLine());
      ExecutorService threads = Executors.newSingleThreadExecutor();
      Future<?> waiting = threads.submit(() -> DeviceLock.named(name).shared().close());
      TimeUnit.MILLISECONDS.sleep(200);
      assertFalse(waiting.isDone());
      holder.destroyForcibly().waitFor();
      waiting.get();
      threads.shutdown();
    } finally {
      holder.destroyForcibly();
      Files.deleteIfExists(
          LockFolder.in(Settings.locks(new SparkConf(false))).resolve(name + ".lock"));
    }
  }

  /** Holds the lock until it is killed. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    DeviceLock lock =
        arguments[0].equals(NAMED)
            ? DeviceLock.named(arguments[1])
            : DeviceLock.at(Path.of(arguments[0]));
    lock.alone();
    System.out.println("held");
    TimeUnit.MINUTES.sleep(1);
  }
}
