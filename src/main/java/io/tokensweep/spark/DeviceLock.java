package io.tokensweep.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A lock on something of this host that all processes of one user respect, and all threads of one
 * process: several may share it, or one has it alone. Who wants it alone is served as soon as those
 * are done who share it already. It ends with the process that holds it, however that ends, and it
 * is a file in {@link LockFolder}: processes that see no folder in common do not respect it.
 */
final class DeviceLock {
  private static final Map<Path, DeviceLock> LOCKS = new ConcurrentHashMap<>();
  private static final long PAUSE_MILLIS = 10;

  /** Whoever wants the lock alone holds the gate meanwhile, so nobody else gets in. */
  private static final long GATE = 0;

  private static final long ROOM = 1;

  private final Path file;
  private FileChannel channel;
  private Optional<FileLock> room = Optional.empty();
  private Optional<FileLock> gate = Optional.empty();
  private Optional<Thread> atGate = Optional.empty();
  private int inside;

  private DeviceLock(Path file) {
    this.file = file;
    try {
      Files.createDirectories(file.getParent());
      channel = open(file); // stays open: closing it would end all locks of the process
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file,
        StandardOpenOption.CREATE,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        LinkOption.NOFOLLOW_LINKS);
  }

  /** Given back by {@link #close}. */
  interface Hold extends AutoCloseable {
    @Override
    void close();
  }

  /** The lock of a name on this host. */
  static DeviceLock named(String name) {
    Path folder = LockFolder.in(Settings.locks(Settings.ofThisProcess()));
    return at(folder.resolve(name.replaceAll("[^A-Za-z0-9-]", "_") + ".lock"));
  }

  static DeviceLock at(Path file) {
    return LOCKS.computeIfAbsent(file.toAbsolutePath().normalize(), DeviceLock::new);
  }

  /** Waits until nobody has it alone. */
  Hold shared() {
    while (!tryShared()) {
      pause();
    }
    return this::leave;
  }

  /** Waits until nobody has it. */
  Hold alone() {
    try {
      while (!tryAlone()) {
        pause();
      }
    } finally {
      leaveGate();
    }
    return this::leave;
  }

  private synchronized boolean tryShared() {
    if (atGate.isPresent() || (inside > 0 && !room.orElseThrow().isShared())) {
      return false;
    }
    Optional<FileLock> pass = lock(GATE, true);
    if (pass.isEmpty()) {
      return false;
    }
    release(pass);
    if (inside == 0) {
      room = lock(ROOM, true);
    }
    if (room.isPresent()) {
      inside++;
    }
    return room.isPresent();
  }

  private synchronized boolean tryAlone() {
    Thread me = Thread.currentThread();
    if (atGate.isPresent() && !atGate.get().equals(me)) {
      return false;
    }
    if (gate.isEmpty()) {
      gate = lock(GATE, false);
      atGate = gate.map(held -> me);
    }
    if (gate.isEmpty() || inside > 0) {
      return false;
    }
    room = lock(ROOM, false);
    inside = room.isPresent() ? 1 : 0;
    return room.isPresent();
  }

  private synchronized void leaveGate() {
    if (atGate.isPresent() && atGate.get().equals(Thread.currentThread())) {
      release(gate);
      gate = Optional.empty();
      atGate = Optional.empty();
    }
  }

  private synchronized void leave() {
    inside--;
    if (inside == 0) {
      release(room);
      room = Optional.empty();
    }
  }

  private Optional<FileLock> lock(long position, boolean shared) {
    if (Thread.currentThread().isInterrupted()) {
      throw new IllegalStateException("interrupted while waiting for a device");
    }
    try {
      if (!channel.isOpen()) { // an interrupt at the wrong moment closes it
        channel = open(file);
      }
      return Optional.ofNullable(channel.tryLock(position, 1, shared));
    } catch (OverlappingFileLockException e) {
      return Optional.empty(); // held through another class loader of this process
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void release(Optional<FileLock> lock) {
    try {
      if (lock.isPresent() && lock.get().isValid()) {
        lock.get().release();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a device", e);
    }
  }
}
