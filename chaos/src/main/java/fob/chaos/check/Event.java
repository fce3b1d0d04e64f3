package fob.chaos.check;

import java.time.Instant;

/**
 * An event of a run, as a client or the injector of faults observed it. A token identifies one
 * call; requests with the same idempotency key have the same token. Every {@code Invoked} is
 * followed by {@code Accepted}, {@code Answered}, {@code Refused} or {@code Unknown}.
 */
public sealed interface Event {

  Instant at();

  /** A client is about to send a request. */
  record Invoked(Instant at, String token, CallKind kind, Behaviour function) implements Event {}

  /** The client was told that the call was accepted: it is in the log. */
  record Accepted(Instant at, String token, String id) implements Event {}

  /** The client got the call's reply. */
  record Answered(Instant at, String token, String id, Result result) implements Event {}

  /** The call will not run, because the gateway refused it or could not be reached. */
  record Refused(Instant at, String token, String why) implements Event {}

  /** The client does not know whether the call was accepted. */
  record Unknown(Instant at, String token, String why) implements Event {}

  /**
   * A client looked up a call.
   *
   * @param reader the gateway's URL
   * @param last whether this was after all calls had ended
   */
  record LookedUp(Instant at, String reader, String id, Result result, boolean last)
      implements Event {}

  /**
   * A fault was injected.
   *
   * @param until when the process was ready again
   */
  record FaultInjected(Instant at, Instant until, Fault fault, String target) implements Event {}
}
