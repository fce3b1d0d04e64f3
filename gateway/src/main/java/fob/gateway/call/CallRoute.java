package fob.gateway.call;

import fob.call.Call;
import fob.call.RequestId;
import java.time.Duration;

/** How one call gets to Kafka: with an idempotency key, or without. */
interface CallRoute {

  /**
   * Publishes a call whose caller waits. Blocks until the call may wait for its reply.
   *
   * @param timeout how long the caller waits
   * @param released runs once the payload is not needed any more, however the publication ends
   * @throws fob.gateway.http.Problem if the call cannot be accepted
   */
  PendingReply publish(Call call, Duration timeout, Runnable released) throws InterruptedException;

  /**
   * Accepts a call that nobody waits for. Blocks until it is in Kafka.
   *
   * @return the id by which its result can be asked for
   * @throws fob.gateway.http.Problem if Kafka did not confirm it
   */
  RequestId accept(Call call) throws InterruptedException;
}
