package fob.gateway.call;

import fob.call.Response;

/** The reply to a call that has been made, once it is there. Whoever waits holds no payload. */
@FunctionalInterface
interface PendingReply {

  /**
   * Blocks until the reply is there, or its deadline has passed.
   *
   * @throws Problem if there is none
   */
  Response await() throws InterruptedException;
}
