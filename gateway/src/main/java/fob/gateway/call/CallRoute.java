package fob.gateway.call;

import fob.call.Call;
import fob.call.RequestId;
import fob.call.Response;
import java.time.Duration;

/** How one call gets to Kafka: with an idempotency key, or without. */
interface CallRoute {

  /**
   * Publishes a call whose caller waits for its reply.
   *
   * @param timeout how long the caller waits
   * @param released runs once the payload is not needed any more, however the publication ends
   * @throws fob.gateway.http.Problem if the call cannot be published
   */
  PendingReply<Response> publish(Call call, Duration timeout, Runnable released);

  /**
   * Publishes a call whose caller waits only until it is accepted. Blocks until it is in Kafka.
   *
   * @param released runs once the payload is not needed any more, unless this throws
   * @return waits for the id by which the result can be asked for
   * @throws fob.gateway.http.Problem if Kafka did not confirm it
   */
  PendingReply<RequestId> accept(Call call, Runnable released);
}
