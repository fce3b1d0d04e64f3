package fob.function;

import java.time.Instant;

/**
 * The latest end of an instance of a function that fob did not ask for.
 *
 * @param reason for people, starts in lower case
 * @param count how many instances have ended since the function was registered, this one included
 */
public record LastEnd(String reason, Instant at, int count) {

  public LastEnd {
    if (count < 1) {
      throw new IllegalArgumentException("the count of ends must be 1 or more, not " + count);
    }
  }
}
