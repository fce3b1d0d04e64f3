package fob.gateway.call;

import fob.call.Call;
import fob.call.RequestId;
import fob.call.Response;
import fob.gateway.publish.AsyncPublisher;
import java.time.Duration;

/** Calls without an idempotency key: each request makes one call. Thread-safe. */
record PlainCalls(CallPublisher sync, AsyncPublisher async) implements CallRoute {

  @Override
  public PendingReply<Response> publish(Call call, Duration timeout, Runnable released) {
    return sync.send(call, timeout, released);
  }

  @Override
  public PendingReply<RequestId> accept(Call call, Runnable released) {
    async.accept(call);
    released.run();
    RequestId id = call.id();
    return () -> id;
  }
}
