package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What {@code /metrics} shows of functions that are called. */
@Timeout(120)
@ExtendWith(SharedFob.class)
class MetricsIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String ADD =
      "def callme(a):\n    if a < 0:\n        raise ValueError('no')\n    return a + 1";

  private final FobClient fob;

  MetricsIT(FobClient fob) {
    this.fob = fob;
  }

  private List<String> lines() {
    Answer answer = fob.get("/metrics");
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).startsWith("text/plain; version=0.0.4");
    return answer.text().lines().toList();
  }

  private void awaitLine(String line) {
    await().atMost(SOON).untilAsserted(() -> assertThat(lines()).contains(line));
  }

  private static String labels(String id, String name, String kind) {
    return "function=\"%s\",kind=\"%s\",name=\"%s\"".formatted(id, kind, name);
  }

  @Test
  void countsCallsByFunctionKindAndOutcome() {
    String id = fob.register("name=metrics-add&retries=0", ADD);
    fob.call(id, "{\"a\":1}");
    fob.call("metrics-add", "{\"a\":2}");
    fob.call(id, "{\"a\":-1}");
    fob.result(fob.callAsync(id, "{\"a\":-2}"));

    String sync = labels(id, "metrics-add@1", "sync");
    String async = labels(id, "metrics-add@1", "async");
    awaitLine("fob_calls_total{%s,outcome=\"ok\"} 2.0".formatted(sync));
    awaitLine("fob_calls_total{%s,outcome=\"function-error\"} 1.0".formatted(sync));
    awaitLine("fob_calls_total{%s,outcome=\"function-error\"} 1.0".formatted(async));
    awaitLine("fob_call_duration_seconds_count{%s} 3".formatted(sync));
    awaitLine("fob_call_stage_duration_seconds_count{%s,stage=\"run\"} 3".formatted(sync));
    awaitLine("fob_call_request_bytes_total{%s} 22.0".formatted(sync));
    awaitLine("fob_dead_letters_total{function=\"%s\",name=\"metrics-add@1\"} 1.0".formatted(id));
    awaitLine("fob_calls_in_flight{function=\"%s\",name=\"metrics-add@1\"} 0.0".formatted(id));
  }

  @Test
  void forgetsRemovedFunctions() {
    String id = fob.register("", ADD);
    fob.call(id, "{\"a\":1}");
    awaitLine("fob_calls_total{%s,outcome=\"ok\"} 1.0".formatted(labels(id, "", "sync")));

    fob.delete("/api/gen/" + id);

    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(lines()).noneMatch(line -> line.contains(id)));
  }

  @Test
  void countsReplaysOfIdempotencyKeys() {
    String id = fob.register("", ADD);
    String[] headers = {"Content-Type", "application/json", "Idempotency-Key", "metrics-it"};
    double before = value("fob_idempotent_replays_total");
    fob.post("/api/call/" + id, "{\"a\":1}", headers);
    fob.post("/api/call/" + id, "{\"a\":1}", headers);

    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(value("fob_idempotent_replays_total")).isEqualTo(before + 1));
  }

  private double value(String name) {
    return lines().stream()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .sum();
  }

  @Test
  void showsTheStateOfFobAndItsJvm() {
    fob.register("", ADD);

    assertThat(lines())
        .anyMatch(line -> line.startsWith("fob_topic_lag_records{topic=\"fob.call\"} "))
        .anyMatch(
            line -> line.startsWith("fob_topic_oldest_record_age_seconds{topic=\"fob.async\"} "))
        .anyMatch(line -> line.matches("fob_instances\\{status=\"ready\"} [1-9].*"))
        .anyMatch(line -> line.matches("fob_functions\\{status=\"ready\"} [1-9].*"))
        .anyMatch(line -> line.matches("fob_instance_starts_total [1-9].*"))
        .anyMatch(line -> line.startsWith("fob_instance_restarts_total{reason=\"timeout\"} "))
        .anyMatch(line -> line.matches("fob_registrations_total\\{change=\"register\"} [1-9].*"))
        .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{"))
        .anyMatch(line -> line.startsWith("kafka_producer_record_send_total{"))
        .anyMatch(line -> line.startsWith("kafka_consumer_coordinator_rebalance_total{"))
        .anyMatch(line ->
            line.startsWith(
                "http_server_request_duration_seconds_count{http_request_method=\"POST\","
                    + "http_response_status_code=\"201\",http_route=\"/api/gen\"} "));
  }

  @Test
  void openMetricsHasTheTraceOfACall() {
    String id = fob.register("", ADD);
    fob.post(
        "/api/call/" + id,
        "{\"a\":1}",
        "Content-Type",
        "application/json",
        "traceparent",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          Answer answer =
              fob.get("/metrics", "Accept", "application/openmetrics-text; version=1.0.0");
          assertThat(answer.header("Content-Type")).startsWith("application/openmetrics-text");
          assertThat(answer.text())
              .endsWith("# EOF\n")
              .contains("trace_id=\"0af7651916cd43dd8448eb211c80319c\"");
        });
  }
}
