package io.tokensweep;

/**
 * Something that the user gave cannot be used: a sweep file, an image, a checkpoint, a Parquet file
 * or an argument.
 *
 * <p>The message is one line that names the file, the place in it, what was found and what is
 * allowed. Commands print it as it is and end with exit code 2; a stack trace is never shown.
 */
public class InvalidInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidInputException(String message) {
    super(message);
  }

  public InvalidInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
