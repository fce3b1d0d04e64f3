package fob.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus can answer every query of the dashboard and of the alerts. */
@Timeout(120)
@RequiresPrometheus
@ExtendWith(SharedFob.class)
class ObservabilityIT {

  private static final Duration SOON = Duration.ofSeconds(40);
  private static final Path FOLDER = Repository.ROOT.resolve("docs/observability");
  private static final Path ALERTS = FOLDER.resolve("alerts.yml");

  /** TlsIT has it. */
  private static final String ONLY_WITH_TLS = "fob_tls_certificate_expiry_timestamp_seconds";

  /** A metric with the labels that a query chooses. */
  private static final Pattern SELECTOR =
      Pattern.compile("\\b((?:fob|http|jvm|kafka|process)_\\w+|up)\\b(\\{[^}]*})?");

  private final FobClient fob;

  @TempDir private Path folder;

  ObservabilityIT(FobClient fob) {
    this.fob = fob;
  }

  private static List<String> ofDashboard() throws IOException {
    JsonNode dashboard = Json.parse(Files.readAllBytes(FOLDER.resolve("dashboard.json")));
    List<String> queries = new ArrayList<>();
    for (String query : dashboard.findValuesAsText("expr")) {
      queries.add(query.replace("$__rate_interval", "1m").replace("$name", ".*"));
    }
    return queries;
  }

  private void call() {
    String id =
        fob.register(
            "name=observed&retries=0",
            "def callme(a):\n    if a < 0:\n        raise ValueError('no')\n    return a");
    fob.call(id, "{\"a\":1}");
    fob.call(id, "{\"a\":-1}");
    fob.result(fob.callAsync(id, "{\"a\":-1}"));
    String slow = fob.register("timeout=1s", "import time\ndef callme():\n    time.sleep(3)");
    assertThat(fob.call(slow, "{}").status()).isEqualTo(504);
  }

  @Test
  void alertsAreValidRules() throws Exception {
    Process check =
        new ProcessBuilder("promtool", "check", "rules", ALERTS.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(check.getInputStream().readAllBytes(), UTF_8);

    assertThat(check.waitFor()).as(output).isZero();
  }

  @Test
  void alertOfTheCertificateComesAWeekBeforeItsEnd() throws Exception {
    // Given
    Path test = folder.resolve("test.yml");
    Files.writeString(
        test,
        """
        rule_files: [%s]
        tests:
          - interval: 1h
            input_series:
              - series: 'fob_tls_certificate_expiry_timestamp_seconds{instance="g:9999"}'
                values: '691200x72' # 8 days after the start
            alert_rule_test:
              - eval_time: 23h
                alertname: FobCertificateExpires
                exp_alerts: []
              - eval_time: 36h
                alertname: FobCertificateExpires
                exp_alerts:
                  - exp_labels: {instance: 'g:9999', severity: critical}
                    exp_annotations:
                      summary: 'the certificate of g:9999 expires in 6d 12h 0m 0s'
        """
            .formatted(ALERTS));

    // When
    Process run =
        new ProcessBuilder("promtool", "test", "rules", test.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(run.getInputStream().readAllBytes(), UTF_8);

    // Then
    assertThat(run.waitFor()).as(output).isZero();
  }

  @Test
  void everyQueryFindsItsSeries() throws Exception {
    call();
    List<String> dashboard = ofDashboard();
    assertThat(dashboard).hasSizeGreaterThan(20);
    try (Prometheus prometheus = Prometheus.start(folder, fob.url().getAuthority(), ALERTS)) {
      await().atMost(SOON).until(prometheus::isReady);
      await().atMost(SOON).until(() -> prometheus.query("up{job=\"fob\"} == 1").size() == 1);
      List<String> queries = new ArrayList<>(dashboard);
      prometheus
          .get("/api/v1/rules")
          .at("/data/groups/0/rules")
          .forEach(rule -> queries.add(rule.path("query").asText()));
      assertThat(queries).hasSizeGreaterThan(dashboard.size() + 10);

      queries.forEach(prometheus::query);
      for (String selector : selectors(queries)) {
        await()
            .atMost(SOON)
            .untilAsserted(
                () -> assertThat(prometheus.query(selector).size()).as(selector).isPositive());
      }
      for (String query : dashboard) {
        if (!query.contains(" > 0")) { // such a query has no result while all is well
          await()
              .atMost(SOON)
              .untilAsserted(
                  () -> assertThat(prometheus.query(query).size()).as(query).isPositive());
        }
      }
      await()
          .atMost(SOON)
          .untilAsserted(() ->
              assertThat(prometheus.get("/api/v1/rules").findValuesAsText("health"))
                  .isNotEmpty()
                  .containsOnly("ok"));
    }
  }

  private static Set<String> selectors(List<String> queries) {
    Set<String> selectors = new TreeSet<>();
    for (String query : queries) {
      Matcher selector = SELECTOR.matcher(query.replaceAll("by \\([^)]*\\)", ""));
      while (selector.find()) {
        selectors.add(selector.group());
      }
    }
    selectors.remove(ONLY_WITH_TLS);
    return selectors;
  }
}
