package fob.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

/** The messages of exceptions for users. */
final class Messages {

  private Messages() {}

  static String of(Exception e) {
    return switch (e) {
      case NoSuchFileException missing -> "there is no file " + missing.getMessage();
      case AccessDeniedException denied -> "you may not use the file " + denied.getMessage();
      case FileAlreadyExistsException there -> there.getMessage() + " is there already";
      default -> e.getMessage() == null || e.getMessage().isBlank() ? e.toString() : e.getMessage();
    };
  }
}
