package fob.function;

import java.time.Instant;

/**
 * A change of where a name leads.
 *
 * @param id tells this change from all others: of a deployment the function's id
 * @param at when it was made
 * @param by who made it: a user, or {@link #FOB}
 */
public record NameChange(String id, Instant at, String by, Weights weights) {

  /** Who makes a change because a version has failed or was removed. */
  public static final String FOB = "fob";
}
