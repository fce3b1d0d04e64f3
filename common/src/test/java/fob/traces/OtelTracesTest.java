package fob.traces;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fob.call.Call;
import fob.call.CallHeaders;
import fob.call.Failure;
import fob.call.Reply;
import fob.call.RequestId;
import fob.call.TraceContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OtelTracesTest {

  private static final TraceContext CALLER =
      new TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "vendor=1");
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final List<SpanData> ended = new CopyOnWriteArrayList<>();
  private final Traces traces =
      new OtelTraces(
          OpenTelemetrySdk.builder()
              .setTracerProvider(
                  SdkTracerProvider.builder()
                      .addSpanProcessor(SimpleSpanProcessor.create(new Kept()))
                      .build())
              .build());

  /** Keeps the spans that have ended. */
  private final class Kept implements SpanExporter {

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      ended.addAll(spans);
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  @AfterEach
  void close() {
    traces.close();
  }

  private static Call call(@Nullable TraceContext trace) {
    CallHeaders headers = CallHeaders.of(null, Call.JSON, trace);
    return new Call(new RequestId("r"), "add", NOW, headers, new byte[0]);
  }

  private SpanData one(String name) {
    assertThat(ended).filteredOn(span -> span.getName().equals(name)).as(name).hasSize(1);
    return ended.stream().filter(span -> span.getName().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void anAttemptThatFailsInFobEnds() {
    // Given
    AttemptSpan attempt = traces.attempt(new RecordHeaders(), call(CALLER), NOW);
    Reply reply = Reply.failed(Failure.EXPIRED, "too late");
    var _ = attempt.publishing(reply, () -> {});

    // When
    attempt.failed(new IllegalStateException("on purpose"));

    // Then
    assertThat(one("attempt").getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(one("attempt").getStatus().getDescription()).contains("on purpose");
    assertThat(one("publish").getParentSpanId()).isEqualTo(one("attempt").getSpanId());
  }

  @Test
  void theStateOfATraceGoesToTheFunctionAndIntoTheReply() {
    // When
    AttemptSpan attempt = traces.attempt(new RecordHeaders(), call(CALLER), NOW);
    TraceContext ofReply = attempt.trace(CALLER);
    TraceContext ofRun = attempt.runs(call(CALLER)).headers().trace();
    attempt.ran(null);
    attempt.publishing(new Reply.Answered(new byte[0]), () -> {}).run();

    // Then
    String trace = one("attempt").getTraceId();
    assertThat(ofReply)
        .isEqualTo(
            new TraceContext(
                "00-%s-%s-01".formatted(trace, one("attempt").getSpanId()), "vendor=1"));
    assertThat(ofRun)
        .isEqualTo(
            new TraceContext("00-%s-%s-01".formatted(trace, one("run").getSpanId()), "vendor=1"));
    assertThat(one("run").getSpanContext().getTraceState().get("vendor")).isEqualTo("1");
  }

  @Test
  void aRecordWithoutAValidParentGetsThatOfItsAttemptAndLosesItsState() {
    // Given
    Headers record = new RecordHeaders();
    record.add("tracestate", "vendor=1".getBytes(UTF_8));

    // When
    AttemptSpan attempt = traces.attempt(record, call(null), NOW);

    // Then
    TraceContext own = attempt.trace(null);
    assertThat(own).isNotNull().extracting(TraceContext::state).isNull();
    assertThat(record.lastHeader("tracestate")).isNull();
    assertThat(new String(record.lastHeader("traceparent").value(), UTF_8))
        .isEqualTo(own == null ? null : own.parent());
  }
}
