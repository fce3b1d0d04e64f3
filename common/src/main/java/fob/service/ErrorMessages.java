package fob.service;

import java.nio.file.FileSystemException;

/** Describes exceptions in one line for users. */
public final class ErrorMessages {

  private static final int MOST_CAUSES = 10;

  private ErrorMessages() {}

  /**
   * Returns the message of the exception. A library's message, such as {@code Failed to construct
   * kafka producer}, often hides the reason. So it is followed by the messages of its causes,
   * except those that it already quotes.
   */
  public static String of(Throwable failure) {
    StringBuilder reason = new StringBuilder(message(failure));
    Throwable cause = isFromLibrary(failure) ? failure.getCause() : null;
    for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
      String more = message(cause);
      if (reason.indexOf(more) < 0) {
        reason.append(": ").append(more);
      }
      cause = cause.getCause();
    }
    return reason.toString().strip().replaceAll("\\s*\\R\\s*", " ");
  }

  private static boolean isFromLibrary(Throwable failure) {
    String name = failure.getClass().getName();
    return !name.startsWith("fob.") && !name.startsWith("java.");
  }

  /** The class name is added where the message is missing or only names a file. */
  private static String message(Throwable failure) {
    String name = failure.getClass().getSimpleName();
    String message = failure.getMessage();
    if (message == null || message.isBlank()) {
      return name;
    }
    return failure instanceof FileSystemException ? name + ": " + message : message;
  }
}
