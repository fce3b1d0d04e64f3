package fob.gateway.call;

import fob.bus.wire.PartChoice;
import fob.call.KeyAnswer;
import fob.call.RequestId;
import fob.gateway.http.Problem;
import fob.gateway.publish.ConfirmedPublisher;
import fob.gateway.reply.PendingCalls;
import fob.gateway.result.ResultReader;
import java.time.Duration;

/**
 * Calls with an {@code Idempotency-Key}. All requests with one key are one call of the function,
 * with one request id and one result, whichever gateways they reach within 24 h. Each request is
 * written as a call; the invoker that owns the function's partition lets the first one begin, and
 * answers which one that is. Thread-safe.
 */
public final class IdempotentCalls {

  static final String HEADER = "Idempotency-Key";
  private static final int LONGEST_KEY = 255;

  /** How long an asynchronous call waits for the answer: another invoker may have to take over. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Clients clients;

  /**
   * What a call with a key needs.
   *
   * @param patience how long an asynchronous call waits for the answer
   */
  record Clients(
      CallPublisher sync,
      ConfirmedPublisher confirmed,
      PartChoice parts,
      PendingCalls<KeyAnswer> answers,
      ResultReader results,
      Duration patience) {}

  public IdempotentCalls(
      CallPublisher sync,
      ConfirmedPublisher confirmed,
      PartChoice parts,
      PendingCalls<KeyAnswer> answers,
      ResultReader results) {
    this(new Clients(sync, confirmed, parts, answers, results, PATIENCE));
  }

  IdempotentCalls(Clients clients) {
    this.clients = clients;
  }

  /** Hears which call a key stands for, once, before the reply to the client. */
  @FunctionalInterface
  interface Told {
    /**
     * @param isReplayed whether an earlier request has made the call
     */
    void standsFor(RequestId id, boolean isReplayed);
  }

  /**
   * The way of the calls with a key.
   *
   * @param key 1 to 255 visible ASCII characters
   * @throws Problem 400 if the key is malformed
   */
  CallRoute route(String key, Told told) {
    if (!isValid(key)) {
      throw Problem.ofGateway(
          400,
          "bad-request",
          HEADER + ": expected 1 to " + LONGEST_KEY + " visible ASCII characters");
    }
    return new KeyedRoute(clients, key, told);
  }

  private static boolean isValid(String key) {
    return !key.isEmpty()
        && key.length() <= LONGEST_KEY
        && key.chars().allMatch(c -> c > ' ' && c <= '~');
  }
}
