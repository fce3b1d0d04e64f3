package fob.call;

import java.time.Instant;
import java.util.List;

/**
 * An asynchronous call that has failed for good, without its payload.
 *
 * @param function the id or name by which the call named the function
 * @param accepted when the call was first written to Kafka
 * @param died when fob gave the call up
 * @param failure how the last attempt ended
 * @param message why the call failed, for users
 * @param history the failed attempts, oldest first
 * @param payloadBytes the size of the payload in bytes
 */
public record DeadLetter(
    RequestId id,
    String function,
    Instant accepted,
    Instant died,
    Failure failure,
    String message,
    List<Attempt> history,
    int payloadBytes) {

  public DeadLetter {
    history = List.copyOf(history);
  }
}
