package fob.traces;

import fob.call.Call;
import fob.call.Reply;
import fob.call.RequestId;
import fob.call.TraceContext;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Makes no spans, and allocates nothing. */
final class NoTraces implements Traces, RequestSpan, AttemptSpan {

  static final NoTraces INSTANCE = new NoTraces();

  private NoTraces() {}

  @Override
  public RequestSpan request(@Nullable TraceContext caller) {
    return this;
  }

  @Override
  public AttemptSpan attempt(Headers record, Call call, Instant received) {
    return this;
  }

  @Override
  public @Nullable TraceContext trace(@Nullable TraceContext given) {
    return given;
  }

  @Override
  public void makes(String function, RequestId id) {}

  @Override
  public void end(int status) {}

  @Override
  public void waited(long nanos) {}

  @Override
  public Call runs(Call call) {
    return call;
  }

  @Override
  public void ran(@Nullable String problem) {}

  @Override
  public Runnable publishing(Reply reply, Runnable done) {
    return done;
  }

  @Override
  public void abandon() {}

  @Override
  public void failed(Throwable bug) {}

  @Override
  public void close() {}
}
