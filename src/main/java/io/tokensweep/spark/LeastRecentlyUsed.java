package io.tokensweep.spark;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Values that are expensive to make. Each is made once while it is kept; what nobody uses is
 * dropped once all together are too large, that first which was unused longest. Thread-safe; making
 * one value keeps nobody from another.
 */
final class LeastRecentlyUsed<K, V> {
  private final Map<K, Slot<V>> slots = new LinkedHashMap<>(16, 0.75f, true);
  private final ToLongFunction<V> size;
  private final Consumer<V> drop;

  /**
   * @param size in bytes
   * @param drop called for each value that is no longer kept
   */
  LeastRecentlyUsed(ToLongFunction<V> size, Consumer<V> drop) {
    this.size = size;
    this.drop = drop;
  }

  /** A value in use until this is closed. */
  interface Lease<V> extends AutoCloseable {
    V value();

    @Override
    void close();
  }

  private static final class Slot<V> {
    private int users;
    private Optional<V> value = Optional.empty();
    private long bytes;
  }

  /**
   * The value of a key.
   *
   * @param room bytes that all values may take, those in use aside
   * @param make called where it is not kept
   */
  Lease<V> lease(K key, long room, Supplier<V> make) {
    Slot<V> slot;
    synchronized (this) {
      slot = slots.computeIfAbsent(key, absent -> new Slot<>());
      slot.users++;
    }
    try {
      return lease(slot, value(slot, room, make), room);
    } catch (RuntimeException | Error e) {
      synchronized (this) {
        slot.users--;
        if (slot.users == 0 && slot.value.isEmpty()) {
          slots.remove(key, slot);
        }
      }
      throw e;
    }
  }

  private V value(Slot<V> slot, long room, Supplier<V> make) {
    synchronized (slot) {
      if (slot.value.isEmpty()) {
        V made = make.get();
        synchronized (this) {
          slot.value = Optional.of(made);
          slot.bytes = size.applyAsLong(made);
        }
      }
    }
    trim(room);
    return slot.value.orElseThrow();
  }

  private Lease<V> lease(Slot<V> slot, V value, long room) {
    return new Lease<>() {
      private boolean closed;

      @Override
      public V value() {
        return value;
      }

      @Override
      public void close() {
        synchronized (LeastRecentlyUsed.this) {
          if (closed) {
            return;
          }
          closed = true;
          slot.users--;
        }
        trim(room);
      }
    };
  }

  /** Nobody can begin to use what is dropped here: that takes the same monitor. */
  private synchronized void trim(long room) {
    long bytes = slots.values().stream().mapToLong(slot -> slot.bytes).sum();
    Iterator<Slot<V>> oldest = slots.values().iterator();
    while (bytes > room && oldest.hasNext()) {
      Slot<V> slot = oldest.next();
      if (slot.users == 0) {
        bytes -= slot.bytes;
        oldest.remove();
        slot.value.ifPresent(drop);
      }
    }
  }
}
