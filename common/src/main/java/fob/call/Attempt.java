package fob.call;

import fob.service.Text;
import java.time.Instant;

/**
 * An attempt of an asynchronous call that failed.
 *
 * @param number 1 for the first
 * @param at when it ended
 * @param message why, for people
 */
public record Attempt(int number, Instant at, Failure failure, String message) {

  /** So that the longest history fits beside the largest payload, whatever the language. */
  private static final int LONGEST_MESSAGE = 500;

  /** A message that is too long is cut: an attempt travels in a header. */
  public Attempt {
    message = brief(message);
  }

  /** A message as it fits into a header. */
  public static String brief(String message) {
    return Text.cut(message, LONGEST_MESSAGE);
  }
}
