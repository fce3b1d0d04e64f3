package fob.chaos.check;

import java.time.Instant;

/**
 * What happened, as a client or the one who does the damage saw it. A token names one call; only
 * requests with one idempotency key share one. Every {@code Invoked} is followed by one of {@code
 * Accepted}, {@code Answered}, {@code Refused} and {@code Unsure}.
 */
public sealed interface Event {

  Instant at();

  /** A client is about to make a call. */
  record Invoked(Instant at, String token, Way way, Behaviour function) implements Event {}

  /** It was told that the call is in the log. */
  record Accepted(Instant at, String token, String id) implements Event {}

  /** It was told how the call ended. */
  record Answered(Instant at, String token, String id, Result result) implements Event {}

  /** It was told, or knows, that the call will not run. */
  record Refused(Instant at, String token, String why) implements Event {}

  /** It does not know. */
  record Unsure(Instant at, String token, String why) implements Event {}

  /**
   * Somebody looked a call up.
   *
   * @param last whether that was after everything was over
   */
  record Seen(Instant at, String reader, String id, Result result, boolean last) implements Event {}

  /**
   * A fault.
   *
   * @param until when what it hit served again
   */
  record Struck(Instant at, Instant until, Fault fault, String target) implements Event {}
}
