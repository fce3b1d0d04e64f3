package fob.invoker;

import fob.call.Call;
import fob.call.Reply;
import fob.call.TraceContext;
import fob.traces.AttemptSpan;
import fob.traces.RequestSpan;
import fob.traces.Traces;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Fails when an attempt ends, and notes of what fob has failed. Thread-safe. */
final class NotedTraces implements Traces, AttemptSpan {

  private final RuntimeException bug;
  private final List<Throwable> failed = new CopyOnWriteArrayList<>();

  NotedTraces(RuntimeException bug) {
    this.bug = bug;
  }

  List<Throwable> failed() {
    return failed;
  }

  @Override
  public RequestSpan request(@Nullable TraceContext caller) {
    throw new AssertionError("this is a gateway's");
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
  public void waited(long nanos) {}

  @Override
  public Call runs(Call call) {
    return call;
  }

  @Override
  public void ran(@Nullable String problem) {}

  @Override
  public Runnable publishing(Reply reply, Runnable done) {
    throw bug;
  }

  @Override
  public void abandon() {}

  @Override
  public void failed(Throwable of) {
    failed.add(of);
  }

  @Override
  public void close() {}
}
