package io.tokensweep.store;

/**
 * A Parquet file of the store.
 *
 * @param path below the store's folder, with {@code /}
 * @param bytes its length
 */
public record StoredFile(String path, long bytes) {}
