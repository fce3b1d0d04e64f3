package fob.gateway.call;

import fob.call.Call;
import fob.call.RequestId;
import fob.gateway.publish.AsyncPublisher;
import java.time.Duration;

/** Calls without an idempotency key: each request makes one call. Thread-safe. */
record PlainCalls(CallPublisher sync, AsyncPublisher async) implements CallRoute {

  @Override
  public PendingReply publish(Call call, Duration timeout, Runnable released) {
    return sync.send(call, timeout, () -> {}, released);
  }

  @Override
  public RequestId accept(Call call) {
    async.accept(call);
    return call.id();
  }
}
