package fob.gateway.http;

import fob.service.Durations;
import java.time.DateTimeException;
import java.time.Instant;

/** Reads a parameter that is a time in the past. */
public final class PastTime {

  private PastTime() {}

  /**
   * Reads a time such as {@code 2026-01-31T12:00:00Z}, epoch milliseconds, or how long ago it was,
   * such as {@code 10m}.
   *
   * @param name of the parameter, for the message
   * @throws Problem 400 if it is none of these
   */
  public static Instant parse(String name, String text, Instant now) {
    try {
      if (text.chars().allMatch(Character::isDigit)) {
        return Instant.ofEpochMilli(Long.parseLong(text));
      }
      return Character.isDigit(text.charAt(text.length() - 1)) || text.contains("T")
          ? Instant.parse(text)
          : now.minus(Durations.parse(text));
    } catch (DateTimeException | IllegalArgumentException | ArithmeticException e) {
      throw Problem.badRequest(
          "%s='%s': expected a time such as 2026-01-31T12:00:00Z, epoch milliseconds, or how long ago, such as 10m"
              .formatted(name, text));
    }
  }
}
