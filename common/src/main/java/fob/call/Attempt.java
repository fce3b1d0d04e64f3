package fob.call;

import fob.service.Text;
import java.time.Instant;

/**
 * A failed attempt of an asynchronous call.
 *
 * @param number 1 for the first attempt
 * @param at when the attempt ended
 * @param message why it failed, for users; cut after 500 characters
 */
public record Attempt(int number, Instant at, Failure failure, String message) {

  /** Lets the longest history fit into one record together with the largest payload. */
  private static final int LONGEST_MESSAGE = 500;

  public Attempt {
    message = brief(message);
  }

  /** Cuts a message to the length that fits into a record header. */
  public static String brief(String message) {
    return Text.cut(message, LONGEST_MESSAGE);
  }
}
