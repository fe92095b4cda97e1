package io.tokensweep.storage;

import io.tokensweep.InvalidInputException;

/**
 * Shared storage could not be reached, or failed while it was read. Nothing is known to be wrong
 * with what it holds: it may succeed when tried again, or from another host.
 */
public final class StorageException extends InvalidInputException {
  private static final long serialVersionUID = 1L;

  StorageException(String message, Throwable cause) {
    super(message, cause);
  }
}
