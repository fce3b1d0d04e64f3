package fob.gateway.call;

import fob.gateway.http.Problem;

/**
 * What the client of a published call waits for. It does not hold the call's payload.
 *
 * @param <T> the reply, or the id of a call that was accepted
 */
@FunctionalInterface
interface PendingReply<T> {

  /**
   * Blocks until it has arrived or its deadline has passed.
   *
   * @throws Problem if the call was refused, 504 if nothing arrives by the deadline, 503 if Kafka
   *     is down or this gateway stops
   */
  T await() throws InterruptedException;
}
