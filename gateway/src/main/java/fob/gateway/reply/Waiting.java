package fob.gateway.reply;

import fob.bus.wire.KeyAnswerWire;
import fob.bus.wire.LetterAnswerWire;
import fob.bus.wire.ResponseWire;
import fob.call.KeyAnswer;
import fob.call.LetterAnswer;
import fob.call.Response;

/**
 * All who wait for records of {@code fob.response} at this gateway. Thread-safe.
 *
 * @param calls for replies to calls
 * @param keys for what the owners of idempotency keys answer
 * @param letters for what the owners of dead letters answer
 */
public record Waiting(
    PendingCalls<Response> calls,
    PendingCalls<KeyAnswer> keys,
    PendingCalls<LetterAnswer> letters) {

  /**
   * @param most how many may wait, of each kind
   */
  public static Waiting atMost(int most) {
    return new Waiting(
        new PendingCalls<>(most, ResponseWire::decode),
        new PendingCalls<>(most, KeyAnswerWire::decode),
        new PendingCalls<>(most, LetterAnswerWire::decode));
  }

  /** Cancels all waits, since this gateway stops. */
  public void cancelAll() {
    calls.cancelAll();
    keys.cancelAll();
    letters.cancelAll();
  }
}
