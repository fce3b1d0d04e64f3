package fob.traces;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.call.Call;
import fob.call.Reply;
import fob.call.TraceContext;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** See {@link AttemptSpan}. */
final class OtelAttempt implements AttemptSpan {

  /** The {@code traceparent} of the first attempt, which the records of later ones inherit. */
  static final String FIRST = "fob-first-attempt";

  private final Tracer tracer;
  private final Span span;
  private final Context context;
  private Span run = Span.getInvalid();
  private Span publish = Span.getInvalid();

  private OtelAttempt(Tracer tracer, Span span) {
    this.tracer = tracer;
    this.span = span;
    this.context = Context.root().with(span);
  }

  static OtelAttempt begin(
      Tracer tracer, Context parent, Headers record, Call call, Instant received) {
    SpanBuilder builder =
        tracer
            .spanBuilder("attempt")
            .setSpanKind(SpanKind.CONSUMER)
            .setParent(parent)
            .setStartTimestamp(received)
            .setAttribute("fob.function", call.function())
            .setAttribute("fob.request.id", call.id().value())
            .setAttribute("fob.attempt", call.headers().attempt());
    Header first = record.lastHeader(FIRST);
    if (first != null) {
      TraceContext of = TraceContext.of(new String(first.value(), UTF_8), null);
      builder.addLink(Span.fromContext(OtelTraces.context(of)).getSpanContext());
    }
    Span span = builder.startSpan();
    byte[] own = OtelTraces.trace(span).parent().getBytes(UTF_8);
    if (first == null) {
      record.add(FIRST, own);
    }
    if (!Span.fromContext(parent).getSpanContext().isValid()) {
      record.remove(TraceContext.STATE);
      record.remove(TraceContext.PARENT);
      record.add(TraceContext.PARENT, own);
    }
    return new OtelAttempt(tracer, span);
  }

  @Override
  public TraceContext trace(@Nullable TraceContext given) {
    return OtelTraces.trace(span);
  }

  @Override
  public void waited(long nanos) {
    Instant now = Instant.now();
    tracer
        .spanBuilder("wait")
        .setParent(context)
        .setStartTimestamp(now.minusNanos(nanos))
        .startSpan()
        .end(now);
  }

  @Override
  public Call runs(Call call) {
    run = tracer.spanBuilder("run").setSpanKind(SpanKind.CLIENT).setParent(context).startSpan();
    return call.withTrace(OtelTraces.trace(run));
  }

  @Override
  public void ran(@Nullable String problem) {
    if (problem != null) {
      run.setStatus(StatusCode.ERROR, problem);
    }
    run.end();
  }

  @Override
  public Runnable publishing(Reply reply, Runnable done) {
    if (reply instanceof Reply.Failed failed) {
      span.setStatus(StatusCode.ERROR, failed.message());
      span.setAttribute("error.type", failed.failure().label());
    }
    publish =
        tracer.spanBuilder("publish").setSpanKind(SpanKind.PRODUCER).setParent(context).startSpan();
    return () -> {
      publish.end();
      span.end();
      done.run();
    };
  }

  @Override
  public void abandon() {
    span.setAttribute("fob.abandoned", true);
    span.end();
  }

  @Override
  public void failed(Throwable bug) {
    span.setStatus(StatusCode.ERROR, String.valueOf(bug));
    span.setAttribute("error.type", bug.getClass().getName());
    publish.end();
    span.end();
  }
}
