package fob.call;

import java.time.Instant;

/**
 * An attempt of an asynchronous call that failed.
 *
 * @param number 1 for the first
 * @param at when it ended
 * @param message why, for people
 */
public record Attempt(int number, Instant at, Failure failure, String message) {

  private static final int LONGEST_MESSAGE = 1_000;

  /** A message that is too long is cut: an attempt travels in a header. */
  public Attempt {
    if (message.length() > LONGEST_MESSAGE) {
      message = message.substring(0, LONGEST_MESSAGE) + "…";
    }
  }
}
