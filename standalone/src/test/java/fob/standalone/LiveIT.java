package fob.standalone;

import static fob.standalone.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Live figures of calls, in which two invokers and two kinds of keys take part. */
@Timeout(180)
@SuppressWarnings("NullAway.Init") // set before all tests
class LiveIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String ADD =
      "def callme(a):\n    if a < 0:\n        raise ValueError('no')\n    return a + 1";

  @TempDir private static Path dir;

  private static FobInParts fob;
  private static FobClient admin;

  @BeforeAll
  static void start() throws Exception {
    fob = new FobInParts(dir);
    admin = fob.startWithKeys("one", "two");
  }

  @AfterAll
  static void stop() {
    fob.close();
  }

  private static JsonNode live(FobClient client, String query) {
    Answer answer = client.get("/api/live" + query);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return Json.parse(answer.body());
  }

  private static long sum(JsonNode live, String function, String figure) {
    return StreamSupport.stream(live.path("steps").spliterator(), false)
        .mapToLong(step -> step.path("functions").path(function).path(figure).asLong())
        .sum();
  }

  @Test
  void showsTheCallsOfAllInvokers() {
    // Given
    String first = admin.register("name=live-first", ADD);
    String second = admin.register("name=live-second&spread=2&instances=2", ADD);

    // When
    IntStream.range(0, 20).forEach(i -> admin.call(first, "{\"a\":1}"));
    IntStream.range(0, 20).forEach(i -> admin.call(second, "{\"a\":1}"));
    admin.call(first, "{\"a\":-1}");

    // Then
    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          JsonNode live = live(admin, "");
          assertThat(live.path("step_ms").asLong()).isEqualTo(5_000);
          assertThat(sum(live, first, "calls")).isEqualTo(21);
          assertThat(sum(live, first, "errors")).isEqualTo(1);
          assertThat(sum(live, first, "p50_us")).isPositive();
          assertThat(sum(live, first, "run_us")).isPositive();
          assertThat(sum(live, second, "calls")).isEqualTo(20);
        });
    JsonNode one = live(admin, "?function=live-first");
    assertThat(sum(one, first, "calls")).isEqualTo(21);
    assertThat(sum(one, second, "calls")).isZero();
    assertThat(sum(live(admin, "?function=live-second@1"), second, "calls")).isEqualTo(20);
  }

  @Test
  void keysSeeOnlyTheirFunctions() {
    String mine = admin.register("name=live-mine", ADD);
    String other = admin.register("name=other-live", ADD);
    admin.call(mine, "{\"a\":1}");
    admin.call(other, "{\"a\":1}");
    await().atMost(SOON).until(() -> sum(live(admin, ""), other, "calls") == 1);

    try (FobClient limited =
        fob.client.withKey(
            Keys.text(admin, "{\"name\":\"l\",\"role\":\"call\",\"functions\":\"live-mine\"}"))) {
      JsonNode live = live(limited, "");
      assertThat(sum(live, mine, "calls")).isEqualTo(1);
      assertThat(sum(live, other, "calls")).isZero();
      assertThat(limited.get("/api/live?function=other-live").status()).isEqualTo(403);
      assertThat(limited.get("/metrics").status()).isEqualTo(403);
      assertThat(limited.get("/api/bus").status()).isEqualTo(403);
    }
  }

  @Test
  void scraperReadsMetricsAndNothingElse() {
    try (FobClient scraper =
        fob.client.withKey(Keys.text(admin, "{\"name\":\"p\",\"role\":\"metrics\"}"))) {
      assertThat(scraper.get("/metrics").status()).isEqualTo(200);
      assertThat(scraper.get("/api/live").status()).isEqualTo(403);
      assertThat(scraper.get("/api/stats").status()).isEqualTo(403);
      assertThat(fob.client.get("/metrics").status()).isEqualTo(401);
    }
  }

  @Test
  void refusesWrongParameters() {
    assertThat(admin.get("/api/live?follow=maybe").status()).isEqualTo(400);
    assertThat(admin.get("/api/live?function=live-missing").status()).isEqualTo(404);
  }

  @Test
  void followerGetsEachStep() throws Exception {
    String id = admin.register("name=live-followed", ADD);
    HttpURLConnection http =
        (HttpURLConnection)
            URI.create(fob.client.url() + "/api/live?follow=true&function=live-followed")
                .toURL()
                .openConnection();
    http.setRequestProperty("Authorization", "Bearer " + Keys.text(admin, Keys.ADMIN));
    http.setReadTimeout((int) SOON.toMillis());
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(http.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(lines.readLine()).isEqualTo(": events follow");
      admin.call(id, "{\"a\":1}");

      long calls = 0;
      while (calls == 0) {
        String line = lines.readLine();
        if (line.startsWith("data: ")) {
          JsonNode step = Json.parse(line.substring(6).getBytes(StandardCharsets.UTF_8));
          calls = step.at("/functions/" + id + "/calls").asLong();
        }
      }
      assertThat(calls).isEqualTo(1);
    } finally {
      http.disconnect();
    }
  }

  private static Following events(String key, String of) {
    return Following.of(fob.client, "/api/events?of=" + of, "Authorization", "Bearer " + key);
  }

  @Test
  void oneStreamTellsOfAllSubjects() throws Exception {
    try (Following following =
        events(Keys.text(admin, Keys.ADMIN), "audit,bus,dead,functions,keys,live")) {
      for (String name : List.of("audit", "bus", "dead", "functions", "keys", "step")) {
        following.awaitLine("event: " + name);
      }
      long deaths = following.got().stream().filter("event: dead"::equals).count();

      String id =
          admin.register("name=live-told&retries=0", "def callme():\n    raise ValueError('no')");
      Keys.make(admin, "{\"name\":\"told of\",\"role\":\"call\"}");
      admin.callAsync(id, "{}");

      await()
          .atMost(SOON)
          .untilAsserted(() -> {
            assertThat(following.got())
                .anyMatch(line -> line.contains("\"name\":\"live-told\""))
                .anyMatch(line -> line.startsWith("data: {\"keys\"") && line.contains("told of"))
                .anyMatch(line -> line.startsWith("data: {\"audit\"") && line.contains("told of"))
                .anyMatch(line -> line.startsWith("data: {\"at\"") && line.contains(id));
            assertThat(following.got().stream().filter("event: dead"::equals).count())
                .isGreaterThan(deaths);
          });
      assertThat(following.got())
          .anyMatch(line -> line.startsWith("data: {\"topics\"") && line.contains("\"two\""))
          .doesNotContain("event: trouble");
    }
  }

  @Test
  void eventsAreOfOwnFunctionsAlone() throws Exception {
    admin.register("name=seen-add", ADD);
    admin.register("name=unseen-add", ADD);
    try (Following following = events(Keys.text(admin, "call", "seen-*"), "functions")) {
      following.awaitLine("event: functions");
      admin.register("name=unseen-add", ADD + "\n");
      admin.register("name=seen-add", ADD + "\n");
      await()
          .atMost(SOON)
          .until(() -> following.got().stream().anyMatch(line -> line.contains("\"version\":2")));
      assertThat(following.got()).noneMatch(line -> line.contains("unseen"));
    }
  }

  @Test
  void eventsNeedTheRoleOfEachSubject() {
    try (FobClient caller = fob.client.withKey(Keys.text(admin, "call", "*"));
        FobClient deployer = fob.client.withKey(Keys.text(admin, "deploy", "*"))) {
      assertThat(caller.get("/api/events?of=functions,dead").at("/role")).isEqualTo("deploy");
      for (String subject : List.of("audit", "bus", "keys")) {
        Answer refused = deployer.get("/api/events?of=live," + subject);
        assertProblem(refused, 403, "gateway", "forbidden");
        assertThat(refused.at("/role")).isEqualTo("admin");
      }
    }
    for (String query : List.of("", "?of=", "?of=bus,", "?of=moon")) {
      Answer refused = admin.get("/api/events" + query);
      assertProblem(refused, 400, "gateway", "bad-request");
      assertThat(refused.at("/detail")).contains("audit, bus, dead, functions, keys, live");
    }
  }

  @Test
  void showsTopicsAndInvokers() {
    Answer answer = admin.get("/api/bus");
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    JsonNode bus = Json.parse(answer.body());

    assertThat(bus.path("topics").findValuesAsText("name"))
        .contains("fob.call", "fob.async", "fob.gen", "fob.retry.1s");
    assertThat(bus.path("invokers").findValuesAsText("id")).containsExactly("one", "two");
    assertThat(bus.at("/invokers/0/shards").size() + bus.at("/invokers/1/shards").size())
        .isEqualTo(16);
  }

  @Test
  void callsThatNobodyReadsYetAreLag() throws Exception {
    String id = admin.register("name=live-slow", "import time\ndef callme(a):\n    time.sleep(a)");
    String call = admin.callAsync(id, "{\"a\":4}");

    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          JsonNode async = topic(Json.parse(admin.get("/api/bus").body()), "fob.async");
          assertThat(async.path("lag").asLong()).isEqualTo(1);
          assertThat(async.path("oldest_ms").asLong()).isBetween(1_000L, 10_000L);
        });
    admin.result(call);
    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          JsonNode async = topic(Json.parse(admin.get("/api/bus").body()), "fob.async");
          assertThat(async.path("lag").asLong()).isZero();
          assertThat(async.path("oldest_ms").asLong()).isZero();
        });
  }

  private static JsonNode topic(JsonNode bus, String name) {
    return StreamSupport.stream(bus.path("topics").spliterator(), false)
        .filter(topic -> topic.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
