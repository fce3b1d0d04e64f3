package fob.traces;

import fob.call.Call;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Makes spans with OpenTelemetry's SDK, which sends them by OTLP over HTTP. Thread-safe. */
final class OtelTraces implements Traces {

  /** What the variables of OpenTelemetry override. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "otel.service.name", "fob",
          "otel.metrics.exporter", "none",
          "otel.logs.exporter", "none",
          "otel.exporter.otlp.protocol", "http/protobuf");

  private static final Duration CLOSE = Duration.ofSeconds(3);

  /** The carrier is the header itself. */
  private static final TextMapGetter<String> TRACEPARENT =
      new TextMapGetter<>() {
        @Override
        public @Nullable String get(@Nullable String traceparent, String key) {
          return key.equals(Traceparent.HEADER) ? traceparent : null;
        }
      };

  private final OpenTelemetrySdk sdk;
  private final Tracer tracer;

  OtelTraces(OpenTelemetrySdk sdk) {
    this.sdk = sdk;
    this.tracer = sdk.getTracer("fob");
  }

  static OtelTraces start(TraceSettings settings) {
    return new OtelTraces(
        AutoConfiguredOpenTelemetrySdk.builder()
            .addPropertiesSupplier(() -> DEFAULTS)
            .addPropertiesSupplier(settings::ofSdk)
            .disableShutdownHook()
            .build()
            .getOpenTelemetrySdk());
  }

  @Override
  public RequestSpan request(@Nullable String traceparent) {
    return new OtelRequest(
        tracer
            .spanBuilder("call")
            .setSpanKind(SpanKind.SERVER)
            .setParent(parent(traceparent))
            .startSpan());
  }

  @Override
  public AttemptSpan attempt(Headers record, Call call, Instant received) {
    Context parent = parent(call.headers().traceparent());
    tracer
        .spanBuilder("queue")
        .setParent(parent)
        .setStartTimestamp(call.sent().isBefore(received) ? call.sent() : received)
        .startSpan()
        .end(received);
    return OtelAttempt.begin(tracer, parent, record, call, received);
  }

  /** Returns the context of a remote span; the root if there is none, or it is malformed. */
  static Context parent(@Nullable String traceparent) {
    return traceparent == null
        ? Context.root()
        : W3CTraceContextPropagator.getInstance().extract(Context.root(), traceparent, TRACEPARENT);
  }

  /** Returns the header that makes a remote span a child of this one. */
  static String traceparent(Span span) {
    SpanContext context = span.getSpanContext();
    return "00-%s-%s-%s"
        .formatted(context.getTraceId(), context.getSpanId(), context.getTraceFlags().asHex());
  }

  @Override
  public void close() {
    var _ = sdk.shutdown().join(CLOSE.toMillis(), TimeUnit.MILLISECONDS);
  }
}
