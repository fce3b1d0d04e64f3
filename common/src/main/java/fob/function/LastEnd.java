package fob.function;

import java.time.Instant;

/**
 * The last time that an instance of a function ended without fob having stopped it.
 *
 * @param reason why the instance ended, for users, starting in lower case
 * @param at when the instance ended
 * @param count how many instances have ended in this way since the registration, this one included
 */
public record LastEnd(String reason, Instant at, int count) {

  public LastEnd {
    if (count < 1) {
      throw new IllegalArgumentException("the count of ends must be 1 or more, not " + count);
    }
  }
}
