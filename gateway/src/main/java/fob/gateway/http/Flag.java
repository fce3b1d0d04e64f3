package fob.gateway.http;

import org.jspecify.annotations.Nullable;

/** Reads a parameter that is {@code true} or {@code false}. */
public final class Flag {

  private Flag() {}

  /**
   * Reads it; a parameter that is missing is false.
   *
   * @param name of the parameter, for the message
   * @throws Problem 400 if it is neither
   */
  public static boolean parse(String name, @Nullable String text) {
    return switch (text) {
      case null -> false;
      case "true" -> true;
      case "false" -> false;
      default -> throw Problem.badRequest("%s='%s': expected true or false".formatted(name, text));
    };
  }
}
