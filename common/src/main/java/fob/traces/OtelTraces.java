package fob.traces;

import fob.call.Call;
import fob.call.TraceContext;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Makes spans with OpenTelemetry's SDK, which sends them by OTLP over HTTP. Thread-safe. */
final class OtelTraces implements Traces {

  /** What the variables of OpenTelemetry override. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "otel.metrics.exporter", "none",
          "otel.logs.exporter", "none",
          "otel.exporter.otlp.protocol", "http/protobuf");

  private static final AttributeKey<String> SERVICE_NAME = AttributeKey.stringKey("service.name");
  private static final Duration CLOSE = Duration.ofSeconds(3);

  private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

  private static final TextMapGetter<TraceContext> READS =
      new TextMapGetter<>() {
        @Override
        public @Nullable String get(@Nullable TraceContext of, String key) {
          if (of == null) {
            return null;
          }
          return switch (key) {
            case TraceContext.PARENT -> of.parent();
            case TraceContext.STATE -> of.state();
            default -> null;
          };
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
            .addResourceCustomizer((resource, _) -> named(resource, settings.service()))
            .disableShutdownHook()
            .build()
            .getOpenTelemetrySdk());
  }

  /** Names the service, unless the variables of OpenTelemetry have done so. */
  private static Resource named(Resource resource, String service) {
    String given = resource.getAttribute(SERVICE_NAME);
    return given == null || given.startsWith("unknown_service")
        ? resource.merge(Resource.create(Attributes.of(SERVICE_NAME, service)))
        : resource;
  }

  @Override
  public RequestSpan request(@Nullable TraceContext caller) {
    return new OtelRequest(
        tracer
            .spanBuilder("call")
            .setSpanKind(SpanKind.SERVER)
            .setParent(context(caller))
            .startSpan());
  }

  @Override
  public AttemptSpan attempt(Headers record, Call call, Instant received) {
    Context parent = context(call.headers().trace());
    tracer
        .spanBuilder("queue")
        .setParent(parent)
        .setStartTimestamp(call.sent().isBefore(received) ? call.sent() : received)
        .startSpan()
        .end(received);
    return OtelAttempt.begin(tracer, parent, record, call, received);
  }

  /** Returns the context of a remote span; the root if there is none. */
  static Context context(@Nullable TraceContext trace) {
    return trace == null ? Context.root() : W3C.extract(Context.root(), trace, READS);
  }

  /** Returns what makes a remote span a child of this one. */
  static TraceContext trace(Span span) {
    Map<String, String> headers = new HashMap<>();
    W3C.inject(Context.root().with(span), headers, (_, name, value) -> headers.put(name, value));
    return new TraceContext(
        Objects.requireNonNull(headers.get(TraceContext.PARENT)), headers.get(TraceContext.STATE));
  }

  @Override
  public void close() {
    var _ = sdk.shutdown().join(CLOSE.toMillis(), TimeUnit.MILLISECONDS);
  }
}
