package fob.call;

import java.time.Instant;
import java.util.List;

/**
 * An asynchronous call that was given up, without its payload.
 *
 * @param function the function as the call named it
 * @param died when it was given up
 * @param payloadBytes size of the payload
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
