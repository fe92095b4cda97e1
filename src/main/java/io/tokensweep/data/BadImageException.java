package io.tokensweep.data;

/** One image cannot be used. The message says why, without the image's name. */
public final class BadImageException extends Exception {
  private static final long serialVersionUID = 1L;

  public BadImageException(String message) {
    super(message);
  }

  public BadImageException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The same with where the image lies, unless that is empty. */
  BadImageException at(String place) {
    return place.isEmpty() ? this : new BadImageException(getMessage() + " (" + place + ")", this);
  }
}
