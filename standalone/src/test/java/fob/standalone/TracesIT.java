package fob.standalone;

import static fob.standalone.TraceReceiver.hex;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.traces.TraceSettings;
import fob.traces.Traces;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls give traces, which fob up sends to a receiver by OTLP. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TracesIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "b7ad6b7169203331";

  private final TraceReceiver receiver;
  private final FobProcess fob;
  private final FobClient client;
  private final String broker;

  TracesIT(@TempDir Path dir) throws Exception {
    receiver = new TraceReceiver();
    fob =
        FobProcess.start(
            dir,
            FobProcess.FOB,
            Map.of(),
            List.of(
                "up",
                "--port",
                "0",
                "--kafka-port",
                "0",
                "--no-warm-up",
                "--data",
                dir.resolve("data").toString(),
                "--setting",
                "OTEL_EXPORTER_OTLP_ENDPOINT=" + receiver.url(),
                "--setting",
                "OTEL_BSP_SCHEDULE_DELAY=100"));
    client = fob.awaitUp();
    broker = fob.out().replaceAll("(?s).*Kafka listens at ([^;]+);.*", "$1");
  }

  @BeforeAll
  void registers() {
    client.register("name=hello", Repository.example("helloworld.py"));
    client.register("name=fails&retries=2", "def callme():\n    raise ValueError('on purpose')\n");
  }

  @AfterAll
  void stop() {
    client.close();
    fob.close();
    receiver.close();
  }

  private List<Span> awaitSpans(String trace, int count) {
    return await()
        .atMost(SOON)
        .until(() -> receiver.ofTrace(trace), spans -> spans.size() >= count);
  }

  private static Span one(List<Span> spans, String name) {
    assertThat(spans).filteredOn(span -> span.getName().equals(name)).as(name).hasSize(1);
    return spans.stream().filter(span -> span.getName().equals(name)).findFirst().orElseThrow();
  }

  private static String parent(Span span) {
    return hex(span.getParentSpanId());
  }

  @Test
  void callOverHttpIsOneTraceWithAllSpansBelowTheCaller() {
    // When
    Answer answer =
        client.get("/api/call/hello", "traceparent", "00-%s-%s-01".formatted(TRACE, PARENT));

    // Then
    assertThat(answer.status()).isEqualTo(200);
    List<Span> spans = awaitSpans(TRACE, 6);
    Span call = one(spans, "call");
    Span attempt = one(spans, "attempt");
    assertThat(parent(call)).isEqualTo(PARENT);
    assertThat(call.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
    assertThat(parent(one(spans, "queue"))).isEqualTo(hex(call.getSpanId()));
    assertThat(parent(attempt)).isEqualTo(hex(call.getSpanId()));
    for (String below : List.of("wait", "run", "publish")) {
      assertThat(parent(one(spans, below))).as(below).isEqualTo(hex(attempt.getSpanId()));
    }
    assertThat(one(spans, "run").getStartTimeUnixNano())
        .isBetween(attempt.getStartTimeUnixNano(), attempt.getEndTimeUnixNano());
    assertThat(answer.header("traceparent"))
        .isEqualTo("00-%s-%s-01".formatted(TRACE, hex(call.getSpanId())));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "python|31|import fob; callme = lambda: fob.call().traceparent",
        "node|32|exports.callme = () => fob.call().traceparent",
        "java|33|String callme() { return fob.Call.current().traceparent().orElseThrow(); }",
        "shell|34|#!/bin/sh\\necho $FOB_TRACEPARENT"
      })
  void functionReadsTheTraceparentOfItsRun(String language, String digits, String code) {
    // Given
    String trace = digits.repeat(16);
    String id = client.register("lang=" + language, code.replace("\\n", "\n"));

    // When
    Answer answer =
        client.get("/api/call/" + id, "traceparent", "00-%s-%s-01".formatted(trace, PARENT));

    // Then
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    Span run = one(awaitSpans(trace, 6), "run");
    assertThat(answer.text()).contains("\"00-%s-%s-01\"".formatted(trace, hex(run.getSpanId())));
  }

  @Test
  void malformedTraceparentBeginsANewTrace() {
    // When
    Answer answer =
        client.get(
            "/api/call/hello", "traceparent", "00-%s-%s-01".formatted("0".repeat(32), PARENT));

    // Then
    String trace = answer.header("traceparent").substring(3, 35);
    assertThat(trace).isNotEqualTo("0".repeat(32));
    assertThat(parent(one(awaitSpans(trace, 6), "call"))).isEmpty();
  }

  @Test
  void retriesAreLinkedToTheFirstAttemptInOneTrace() {
    // When
    String trace = "11111111111111111111111111111111";
    Answer answer =
        client.get(
            "/api/call/fails",
            "Prefer",
            "respond-async",
            "traceparent",
            "00-%s-%s-01".formatted(trace, PARENT));

    // Then
    assertThat(answer.status()).isEqualTo(202);
    List<Span> attempts =
        await()
            .atMost(SOON)
            .until(
                () ->
                    receiver.ofTrace(trace).stream()
                        .filter(span -> span.getName().equals("attempt"))
                        .toList(),
                found -> found.size() >= 2);
    Span first = attempts.getFirst();
    Span second = attempts.get(1);
    assertThat(first.getLinksList()).isEmpty();
    assertThat(first.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
    assertThat(second.getLinksList())
        .singleElement()
        .satisfies(link -> assertThat(link.getSpanId()).isEqualTo(first.getSpanId()));
    assertThat(parent(second)).isEqualTo(parent(first));
  }

  @Test
  void callFromKafkaIsBelowTheTraceparentOfItsRecordAndItsReplyIsInTheSameTrace() throws Exception {
    // When
    String trace = "22222222222222222222222222222222";
    try (KafkaClient kafka = new KafkaClient(broker)) {
      String replies = kafka.newTopic();
      kafka.readFromNowOn("fob.response", replies);
      var call = new ProducerRecord<>("fob.call", "hello", "{}");
      call.headers().add("traceparent", "00-%s-%s-01".formatted(trace, PARENT).getBytes(UTF_8));
      call.headers().add("tracestate", "vendor=1".getBytes(UTF_8));
      call.headers().add("fob-request-id", "traced-1".getBytes(UTF_8));
      kafka.send(call);
      var other = new ProducerRecord<>("fob.call", null, "hello", "{}", call.headers());
      other.headers().add("fob-request-id", "traced-2".getBytes(UTF_8));
      other.headers().add("fob-reply-to", replies.getBytes(UTF_8));
      kafka.send(other);

      // Then
      List<Span> spans = awaitSpans(trace, 10);
      assertThat(spans)
          .filteredOn(span -> Set.of("attempt", "queue").contains(span.getName()))
          .allSatisfy(span -> assertThat(parent(span)).isEqualTo(PARENT))
          .hasSize(4);
      List<String> attempts =
          spans.stream()
              .filter(span -> span.getName().equals("attempt"))
              .map(span -> "00-%s-%s-01".formatted(trace, hex(span.getSpanId())))
              .toList();
      assertThat(kafka.awaitReplies(List.of("traced-1", "traced-2")))
          .allSatisfy(
              reply -> assertThat(KafkaClient.header(reply, "tracestate")).isEqualTo("vendor=1"))
          .extracting(reply -> KafkaClient.header(reply, "traceparent"))
          .containsExactlyInAnyOrderElementsOf(attempts);
    }
  }

  @Test
  void stateOfATraceReachesTheFunctionFromHttp() {
    // Given
    String id =
        client.register(
            "lang=python", "import fob\n\ndef callme():\n    return fob.call().tracestate\n");

    // When
    String trace = "35".repeat(16);
    Answer answer =
        client.get(
            "/api/call/" + id,
            "traceparent",
            "00-%s-%s-01".formatted(trace, PARENT),
            "tracestate",
            "vendor=1, t@other=a b",
            "tracestate",
            "third=3");

    // Then
    assertThat(answer.text()).contains("\"vendor=1,t@other=a b,third=3\"");
    assertThat(awaitSpans(trace, 6))
        .extracting(Span::getTraceState)
        .containsOnly("vendor=1,t@other=a b,third=3");
  }

  @Test
  void metricsHaveTheTraceOfACallAsExemplar() {
    // When
    String id = client.register("", Repository.example("helloworld.py"));
    String trace = client.get("/api/call/" + id).header("traceparent").substring(3, 35);

    // Then
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(
                    client
                        .get("/metrics", "Accept", "application/openmetrics-text; version=1.0.0")
                        .text())
                .containsPattern(
                    "fob_\\w+_bucket\\{[^}]*} \\S+ # \\{[^}]*trace_id=\"" + trace + "\""));
    assertThat(awaitSpans(trace, 6)).extracting(Span::getName).contains("call", "run");
  }

  @Test
  void eachServiceHasItsNameUnlessItIsSet() throws Exception {
    assertThat(service(TraceSettings.OFF.ofService("gateway"))).containsExactly("fob-gateway");
    assertThat(service(TraceSettings.OFF)).containsExactly("fob");
    assertThat(service(named("SERVICE_NAME", "mine"))).containsExactly("mine");
    assertThat(service(named("RESOURCE_ATTRIBUTES", "a=b,service.name=ours")))
        .containsExactly("ours");
    client.get("/api/call/hello");
    await().atMost(SOON).until(() -> receiver.services().equals(Set.of("fob")));
  }

  private static TraceSettings named(String key, String value) {
    return new TraceSettings(Map.of(key, value)).ofService("invoker");
  }

  /** Returns the service of a span that is made with such settings. */
  private static Set<String> service(TraceSettings settings) throws Exception {
    try (TraceReceiver own = new TraceReceiver()) {
      Map<String, String> all = new HashMap<>(settings.properties());
      all.put("EXPORTER_OTLP_ENDPOINT", own.url());
      Traces traces = Traces.of(new TraceSettings(all, settings.service()));
      traces.request(null).end(200);
      traces.close();
      return own.services();
    }
  }
}
