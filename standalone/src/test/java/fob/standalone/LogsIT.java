package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What functions print, through the API. */
@Timeout(180)
@ExtendWith(SharedFob.class)
class LogsIT {

  private static final String PRINTER =
      """
      import logging, sys, time
      def callme(text, times=1):
          for i in range(times):
              print(text, i)
              time.sleep(0.001 if times < 1000 else 0)
          if text == 'fail':
              print('two\\nlines', file=sys.stderr)
              raise ValueError('on purpose')
      """;
  private static final Duration SOON = Duration.ofSeconds(20);

  private final FobClient fob;

  LogsIT(FobClient fob) {
    this.fob = fob;
  }

  private List<String> lines(String function, String query) {
    Answer answer = fob.get("/api/logs/" + function + query);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return answer.text().lines().toList();
  }

  private void awaitLine(String function, String text) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(lines(function, "")).anyMatch(line -> line.endsWith(" " + text)));
  }

  private static String print(String text) {
    return "{\"text\":\"" + text + "\"}";
  }

  @Test
  void linesOfAFunctionAreThereByIdAndByName() {
    // Given
    String id = fob.register("name=printer-one", PRINTER);
    String request = fob.call("printer-one", print("hello")).header("Fob-Request-Id");

    // When
    awaitLine(id, "hello 0");

    // Then
    assertThat(lines("printer-one", ""))
        .anyMatch(line -> line.endsWith("Z " + request + " hello 0"))
        .anyMatch(line -> line.endsWith(" - fob: instance 1 is ready"));
    JsonNode line =
        fob.get("/api/logs/" + id + "?tail=1", "Accept", "application/json").json().at("/lines/0");
    assertThat(line.path("text").asText()).isEqualTo("hello 0");
    assertThat(line.path("request").asText()).isEqualTo(request);
    assertThat(line.path("instance").asText()).startsWith(id + "/1-");
    assertThat(Instant.parse(line.path("time").asText())).isBefore(Instant.now());
  }

  @Test
  void tailAndSinceLimitTheLines() {
    // Given
    String id = fob.register("", PRINTER);
    fob.call(id, "{\"text\":\"early\",\"times\":300}");
    awaitLine(id, "early 299");
    Instant between = Instant.now();
    fob.call(id, "{\"text\":\"late\",\"times\":3}");
    awaitLine(id, "late 2");

    // When / Then
    assertThat(lines(id, "")).hasSize(100).last().asString().endsWith(" late 2");
    assertThat(lines(id, "?tail=2")).hasSize(2).first().asString().endsWith(" late 1");
    assertThat(lines(id, "?tail=0")).isEmpty();
    assertThat(lines(id, "?tail=10000")).hasSizeGreaterThanOrEqualTo(303);
    assertThat(lines(id, "?since=" + between)).hasSize(3);
    assertThat(lines(id, "?since=" + between.toEpochMilli())).hasSize(3);
    assertThat(lines(id, "?since=1h")).hasSizeGreaterThanOrEqualTo(303);
    assertThat(lines(id, "?since=1h&tail=1")).hasSize(1);
    assertThat(lines(id, "?level=ERROR")).isEmpty();
  }

  @Test
  void wrongParametersAreRefusedWithWhatWasExpected() {
    String id = fob.register("", PRINTER);
    for (String query :
        List.of("tail=-1", "tail=10001", "since=yesterday", "level=LOUD", "follow=1", "lines=3")) {
      Answer answer = fob.get("/api/logs/" + id + "?" + query);
      assertThat(answer.status()).as(query).isEqualTo(400);
      assertThat(answer.at("/detail")).contains(query.split("=", 2)[0]);
    }
    assertThat(fob.get("/api/logs/nobody").status()).isEqualTo(404);
    assertThat(fob.get("/api/logs/" + id + "?follow=true", "Last-Event-ID", "x").status())
        .isEqualTo(400);
  }

  @Test
  void concurrentCallsSeeOnlyTheirOwnLines() throws Exception {
    // Given
    String id = fob.register("concurrency=8", PRINTER);

    // When
    List<Future<String>> requests;
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      requests =
          IntStream.range(0, 8)
              .mapToObj(n ->
                  callers.submit(() ->
                      fob.call(id, "{\"text\":\"caller-%d\",\"times\":50}".formatted(n))
                          .header("Fob-Request-Id")))
              .toList();
    }

    // Then
    for (int n = 0; n < 8; n++) {
      String request = requests.get(n).get();
      List<String> expected =
          IntStream.range(0, 50).mapToObj(("caller-" + n + " %d")::formatted).toList();
      await()
          .atMost(SOON)
          .untilAsserted(() ->
              assertThat(lines(id, "?request=" + request))
                  .extracting(line -> line.split(" ", 3)[2])
                  .isEqualTo(expected));
    }
  }

  @Test
  void tracebackAndEveryLineOfAFailedCallHaveItsRequest() {
    // Given
    String id = fob.register("", PRINTER);

    // When
    String request = fob.call(id, print("fail")).header("Fob-Request-Id");

    // Then
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(lines(id, "?request=" + request))
                .extracting(line -> line.split(" ", 3)[2].strip())
                .startsWith("fail 0", "two", "lines")
                .contains("raise ValueError('on purpose')")
                .last()
                .isEqualTo("ValueError: on purpose"));
  }

  @Test
  void everyPieceOfAVeryLongLineHasItsRequest() {
    // Given
    String id = fob.register("", PRINTER);
    String text = "x".repeat(50_000);

    // When
    String request = fob.call(id, print(text)).header("Fob-Request-Id");

    // Then
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(
                    lines(id, "?request=" + request).stream()
                        .map(line -> line.split(" ", 3)[2])
                        .collect(Collectors.joining()))
                .isEqualTo(text + " 0"));
  }

  @Test
  void terminalIsSafeFromWhatAFunctionPrints() {
    // Given
    String id = fob.register("", PRINTER);

    // When
    fob.call(id, "{\"text\":\"\\u001b[31mred\\ttab\"}");

    // Then
    awaitLine(id, "\\u001b[31mred\ttab 0");
    assertThat(
            fob.get("/api/logs/" + id + "?tail=1", "Accept", "application/json")
                .json()
                .at("/lines/0/text")
                .asText())
        .isEqualTo("\u001b[31mred\ttab 0");
  }

  @Test
  void followerSeesALineWithinASecondAndTheEndOfTheFunction() {
    // Given
    String id = fob.register("", PRINTER);
    fob.call(id, print("before"));
    awaitLine(id, "before 0");
    try (Following following = Following.of(fob, "/api/logs/" + id + "?follow=true")) {
      following.awaitLine(" before 0");

      // When
      long start = System.nanoTime();
      fob.call(id, print("after"));
      following.awaitLine(" after 0");
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      System.out.println("a call's line reaches a follower after " + took.toMillis() + " ms");
      fob.delete("/api/gen/" + id);

      // Then
      assertThat(following.end()).succeedsWithin(SOON);
      assertThat(took).isLessThan(Duration.ofSeconds(1));
      assertThat(following.got()).contains("event: removed");
      assertThat(following.got()).filteredOn(line -> line.endsWith(" after 0")).hasSize(1);
    }
  }

  @Test
  void followerThatComesBackMissesNothing() {
    // Given
    String id = fob.register("", PRINTER);
    String last;
    try (Following following =
        Following.of(fob, "/api/logs/" + id + "?follow=true", "Accept", "application/json")) {
      following.awaitLine("instance 1 is ready\"}");
      fob.call(id, print("first"));
      following.awaitLine("\"}");
      await()
          .atMost(SOON)
          .until(() -> following.got().stream().anyMatch(line -> line.contains("first 0")));
      List<String> got = List.copyOf(following.got());
      int at =
          IntStream.range(0, got.size())
              .filter(i -> got.get(i).contains("first 0"))
              .findFirst()
              .orElseThrow();
      last = got.get(at - 1).substring("id: ".length());
    }

    // When
    fob.call(id, "{\"text\":\"missed\",\"times\":200}");

    // Then
    try (Following following =
        Following.of(fob, "/api/logs/" + id + "?follow=true", "Last-Event-ID", last)) {
      following.awaitLine(" missed 199");
      assertThat(following.got())
          .filteredOn(line -> line.startsWith("data: "))
          .hasSize(200)
          .noneMatch(line -> line.contains("first"));
    }
  }

  @Test
  void floodSlowsNoNeighbourAndSaysWhatIsMissing() throws Exception {
    // Given
    String flood = fob.register("timeout=60s", PRINTER);
    String neighbour = fob.register("", PRINTER);
    fob.call(neighbour, print("warm"));

    // When
    int beside = 0;
    Duration slowest = Duration.ZERO;
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      String parameters = "{\"text\":\"%s\",\"times\":100000}".formatted("x".repeat(100));
      Future<Answer> flooding = callers.submit(() -> fob.call(flood, parameters));
      while (!flooding.isDone()) {
        Answer answer = fob.call(neighbour, print("calm"));
        assertThat(answer.status()).isEqualTo(200);
        slowest = answer.took().compareTo(slowest) > 0 ? answer.took() : slowest;
        beside++;
      }
      assertThat(flooding.get().status()).isEqualTo(200);
    }

    // Then
    System.out.printf(
        "beside a flood of 100,000 lines: %d calls, the slowest took %d ms%n",
        beside, slowest.toMillis());
    assertThat(slowest).isLessThan(Duration.ofSeconds(5));
    awaitLine(neighbour, "calm 0");
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(lines(flood, "?tail=10000"))
                .anyMatch(line -> line.matches(".* - fob: [0-9]+ lines are left out here: .*")));
  }

  @Test
  void linesAreThereAfterARestartWhichFollowersDoNotDelay(@TempDir Path dir) {
    // Given
    String id;
    List<Following> followers = new ArrayList<>();
    try (FobProcess process = FobProcess.up(dir, dir.resolve("data"));
        FobClient client = process.awaitUp()) {
      id = client.register("name=lasting", PRINTER);
      client.call(id, print("before"));
      for (int i = 0; i < 100; i++) {
        followers.add(Following.of(client, "/api/logs/" + id + "?follow=true"));
        if (i % 10 == 9) {
          // Not all at once, since only some may read the past at a time.
          await()
              .atMost(SOON)
              .until(() -> followers.stream().allMatch(follower -> follower.has(" before 0")));
        }
      }
      Answer oneTooMany = client.get("/api/logs/" + id + "?follow=true");
      process.terminate();
      assertThat(process.awaitExit(SOON)).isZero();
      assertThat(oneTooMany.status()).isEqualTo(429);
      assertThat(oneTooMany.at("/detail")).isEqualTo("100 clients follow logs at this gateway");
      assertThat(followers).allSatisfy(follower -> assertThat(follower.end()).succeedsWithin(SOON));
    } finally {
      followers.forEach(Following::close);
    }

    // When
    try (FobProcess process = FobProcess.up(dir, dir.resolve("data"));
        FobClient client = process.awaitUp()) {
      client.get("/api/call/lasting?text:after");

      // Then
      await()
          .atMost(SOON)
          .untilAsserted(() ->
              assertThat(client.get("/api/logs/lasting").text())
                  .containsSubsequence(" before 0\n", " after 0\n"));
    }
  }

  @Test
  void replyHasTheEndOfTheCallsLogIfTheClientAsksForIt() {
    // Given
    String id = fob.register("", PRINTER);
    String call = "/api/call/" + id;

    // When
    Answer answer = fob.get(call + "?text:hello", "Fob-Log", "tail");
    Answer failed =
        fob.post(call, print("fail"), "Content-Type", "application/json", "Fob-Log", "tail");
    Answer raw =
        fob.post(
            "/api/call/" + fob.register("", "def callme(body):\n    print(len(body))\n"),
            "abc",
            "Content-Type",
            "text/plain",
            "Fob-Log",
            "tail");

    // Then
    assertThat(answer.text()).isEqualTo("{\"result\":null}");
    assertThat(answer.header("Fob-Log-Tail")).isEqualTo("hello 0");
    assertThat(raw.header("Fob-Log-Tail")).isEqualTo("3");
    assertThat(failed.status()).isEqualTo(500);
    assertThat(failed.json().path("log"))
        .extracting(JsonNode::asText)
        .startsWith("fail 0", "two", "lines")
        .endsWith("ValueError: on purpose");
    assertThat(fob.get(call + "?text:hello").headers().map()).doesNotContainKey("fob-log-tail");
  }

  @Test
  void onlyTheLastFourKibibytesComeWithAReply() {
    // Given
    String id = fob.register("", PRINTER);

    // When
    Answer answer =
        fob.post(
            "/api/call/" + id,
            "{\"text\":\"line\",\"times\":900}",
            "Content-Type",
            "application/json",
            "Fob-Log",
            "tail");

    // Then
    assertThat(answer.header("Fob-Log-Tail"))
        .endsWith("%0Aline 898%0Aline 899")
        .hasSizeBetween(3_500, 6_200);
  }

  @Test
  void wrongUseOfTheLogHeaderIsRefused() {
    // Given
    String id = fob.register("", PRINTER);
    String call = "/api/call/" + id + "?text:x";

    // When / Then
    Answer unknown = fob.get(call, "Fob-Log", "all");
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.at("/detail")).isEqualTo("Fob-Log: 'all': expected tail");
    Answer async = fob.get(call, "Fob-Log", "tail", "Prefer", "respond-async");
    assertThat(async.status()).isEqualTo(400);
    assertThat(async.at("/detail")).contains("/api/logs");
  }
}
