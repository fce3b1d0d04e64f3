package fob.gateway.call;

import fob.call.Response;

/** The reply to a published call. It does not hold the call's payload. */
@FunctionalInterface
interface PendingReply {

  /**
   * Blocks until the reply has arrived or its deadline has passed.
   *
   * @throws Problem 504 if there is no reply by the deadline, 503 if Kafka is down or this gateway
   *     stops
   */
  Response await() throws InterruptedException;
}
