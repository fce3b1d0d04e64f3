package fob.service;

import java.nio.file.FileSystemException;

/** Why something failed, in one line for a user. */
public final class Reasons {

  private static final int MOST_CAUSES = 10;

  private Reasons() {}

  /**
   * The message of the exception. That of a library often hides the reason, such as {@code Failed
   * to construct kafka producer}, so the messages of its causes follow, as far as it does not quote
   * them.
   */
  public static String of(Throwable failure) {
    StringBuilder reason = new StringBuilder(message(failure));
    Throwable cause = isOfALibrary(failure) ? failure.getCause() : null;
    for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
      String more = message(cause);
      if (reason.indexOf(more) < 0) {
        reason.append(": ").append(more);
      }
      cause = cause.getCause();
    }
    return reason.toString().strip().replaceAll("\\s*\\R\\s*", " ");
  }

  private static boolean isOfALibrary(Throwable failure) {
    String name = failure.getClass().getName();
    return !name.startsWith("fob.") && !name.startsWith("java.");
  }

  /** Without a message, or with that of a file alone, the name of an exception says what it is. */
  private static String message(Throwable failure) {
    String name = failure.getClass().getSimpleName();
    String message = failure.getMessage();
    if (message == null || message.isBlank()) {
      return name;
    }
    return failure instanceof FileSystemException ? name + ": " + message : message;
  }
}
