import fob.Call;
import java.time.Instant;

record Context(
    Optional<String> request_id, Optional<Long> deadline, Optional<String> traceparent, Optional<String> tracestate) {}

Context callme(double seconds) throws InterruptedException {
  Thread.sleep((long) (seconds * 1000));
  Call call = Call.current();
  return new Context(
      call.requestId(), call.deadline().map(Instant::toEpochMilli), call.traceparent(), call.tracestate());
}
