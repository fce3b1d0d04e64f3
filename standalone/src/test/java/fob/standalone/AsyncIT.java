package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Asynchronous calls: accepting, running, retrying, looking up, giving up and running again. */
@Timeout(120)
@ExtendWith(SharedFob.class)
class AsyncIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  private static final String FAILS_UNTIL_THE_THIRD_TIME =
      """
      calls = []
      def callme():
          calls.append(1)
          if len(calls) < 3:
              raise RuntimeError('not yet: %d' % len(calls))
          return len(calls)
      """;

  private final FobClient fob;

  AsyncIT(FobClient fob) {
    this.fob = fob;
  }

  private Answer callAsync(String function, String json) {
    return fob.post(
        "/api/call/" + function,
        json,
        "Content-Type",
        "application/json",
        "Prefer",
        "respond-async");
  }

  private void awaitDead(String id) {
    await().atMost(SOON).until(() -> fob.get("/api/dead/" + id).status() == 200);
  }

  @Test
  void acceptedCallIsRunAndItsResultFoundByItsId() {
    // Given
    String add = fob.register("", Repository.example("add.py"));

    // When
    Answer accepted = callAsync(add, "{\"param1\":1,\"param2\":1}");

    // Then
    assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
    assertThat(accepted.header("Preference-Applied")).isEqualTo("respond-async");
    assertThat(accepted.header("Location")).isEqualTo("/api/result/" + accepted.at("/id"));
    Answer result = fob.result(accepted.at("/id"));
    assertThat(result.status()).as(result.toString()).isEqualTo(200);
    assertThat(result.text()).isEqualTo("{\"result\":2}");
    assertThat(result.header("Fob-Request-Id")).isEqualTo(accepted.at("/id"));
  }

  @Test
  void aGetCanBeAsynchronousToo() {
    // Given
    fob.register("name=async-get", Repository.example("add.py"));

    // When
    Answer accepted =
        fob.get("/api/call/async-get?param1:20,param2:22", "Prefer", "respond-async, wait=5");

    // Then
    assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
    assertThat(fob.result(accepted.at("/id")).text()).isEqualTo("{\"result\":42}");
  }

  @Test
  void unknownFunctionIsRefusedBeforeAnythingIsAccepted() {
    assertThat(callAsync(UUID.randomUUID().toString(), "{}").status()).isEqualTo(404);
  }

  @Test
  void whileItRunsTheResultSaysSo() {
    // Given
    String slow =
        fob.register("", "import time\ndef callme():\n    time.sleep(3)\n    return 'late'\n");

    // When
    String id = fob.callAsync(slow, "");

    // Then
    Answer early = fob.get("/api/result/" + id);
    assertThat(early.status()).as(early.toString()).isEqualTo(202);
    assertThat(early.at("/state")).isEqualTo("accepted");
    assertThat(early.json().path("attempt").asInt()).isEqualTo(1);
    Answer late = fob.result(id);
    assertThat(late.text()).isEqualTo("{\"result\":\"late\"}");
  }

  @Test
  void functionThatFailsIsTriedAgainAndItsAttemptsAreTold() {
    // Given
    String flaky = fob.register("retries=2&concurrency=1", FAILS_UNTIL_THE_THIRD_TIME);

    // When
    String id = fob.callAsync(flaky, "");

    // Then
    await().atMost(SOON).until(() -> fob.get("/api/result/" + id).at("/state").equals("retrying"));
    JsonNode attempt = fob.get("/api/result/" + id).json().at("/attempts/0");
    assertThat(attempt.path("status").asText()).isEqualTo("function-error");
    assertThat(attempt.path("message").asText()).contains("not yet: 1");
    assertThat(fob.result(id).text()).isEqualTo("{\"result\":3}");
    assertThat(fob.get("/api/dead/" + id).status()).isEqualTo(404);
  }

  @Test
  void callThatFailsTooOftenBecomesADeadLetterAndCanBeRunAgain() {
    // Given
    String flaky = fob.register("retries=1&concurrency=1", FAILS_UNTIL_THE_THIRD_TIME);

    // When
    String id = fob.callAsync(flaky, "");

    // Then
    Answer result = fob.result(id);
    assertThat(result.status()).as(result.toString()).isEqualTo(500);
    assertThat(result.at("/reason")).isEqualTo("function-error");
    JsonNode letter = fob.get("/api/dead/" + id).json();
    assertThat(letter.path("reason").asText()).isEqualTo("function-error");
    assertThat(letter.path("function").asText()).isEqualTo(flaky);
    assertThat(letter.path("message").asText()).contains("not yet: 2");
    assertThat(letter.at("/attempts/0/message").asText()).contains("not yet: 1");
    Answer listed = fob.get("/api/dead?function=" + flaky);
    assertThat(listed.at("/dead/0/id")).as(listed.toString()).isEqualTo(id);

    // When
    Answer again = fob.post("/api/dead/" + id + "/redrive", "");

    // Then
    assertThat(again.status()).as(again.toString()).isEqualTo(202);
    assertThat(fob.result(again.at("/id")).text()).isEqualTo("{\"result\":3}");
    assertThat(fob.get("/api/dead/" + id).status()).isEqualTo(404);
    assertThat(fob.post("/api/dead/" + id + "/redrive", "").status()).isEqualTo(404);
  }

  @Test
  void wrongParametersAreNotTriedAgain() {
    // Given
    String add = fob.register("", Repository.example("add.py"));

    // When
    String id = fob.callAsync(add, "{\"param1\":1}");

    // Then
    Answer result = fob.result(id);
    assertThat(result.status()).isEqualTo(422);
    assertThat(fob.get("/api/dead/" + id).json().path("attempts").size()).isZero();

    // When
    Answer forgotten = fob.delete("/api/dead/" + id);

    // Then
    assertThat(forgotten.status()).isEqualTo(204);
    assertThat(fob.get("/api/dead/" + id).status()).isEqualTo(404);
  }

  @Test
  void functionSaysItselfWhenItWantsToBeTriedAgain() {
    // Given
    String busy =
        fob.register(
            "concurrency=1",
            """
            import time
            first = []
            class Busy(Exception):
                retry_after = 3
            def callme():
                now = time.time()
                first.append(now)
                if len(first) == 1:
                    raise Busy('come back later')
                return now - first[0]
            """);

    // When
    String id = fob.callAsync(busy, "");

    // Then
    assertThat(fob.result(id).json().path("result").asDouble()).isGreaterThan(2.5);
  }

  @Test
  void functionThatCannotLoadGivesItsReasonAtOnce() {
    // Given
    Answer broken = fob.post("/api/gen", "def callme(:\n");

    // When
    String id = fob.callAsync(broken.at("/id"), "");

    // Then
    awaitDead(id);
    Answer result = fob.result(id);
    assertThat(result.status()).isEqualTo(503);
    assertThat(result.at("/detail")).contains("SyntaxError");
  }

  @Test
  void callThatNeverFindsAPlaceEndsAtItsMaxAge() {
    // Given
    Answer starting = fob.post("/api/gen?max-age=2s&concurrency=1", SLEEPER);
    String id = fob.callAsync(starting.at("/id"), "{\"seconds\":20}");
    String waits = fob.callAsync(starting.at("/id"), "{\"seconds\":0}");

    // When
    Answer result = fob.result(waits);

    // Then
    assertThat(result.status()).as(result.toString()).isEqualTo(504);
    assertThat(result.at("/reason")).isEqualTo("expired");
    assertThat(result.at("/detail")).contains("max-age of 2s", "busy");
    assertThat(fob.get("/api/result/" + id).status()).isEqualTo(202);
    fob.delete("/api/gen/" + starting.at("/id"));
  }

  private static final String SLEEPER =
      "import time\ndef callme(seconds):\n    time.sleep(seconds)\n    return seconds\n";

  @Test
  void synchronousCallThatRanIntoItsDeadlineCanBeLookedUp() {
    // Given
    String slow = fob.register("timeout=1s&concurrency=1", SLEEPER);
    Thread first = Thread.ofVirtual().start(() -> fob.call(slow, "{\"seconds\":0.9}"));

    // When
    Answer late = fob.call(slow, "{\"seconds\":0.8}");

    // Then
    assertThat(first).isNotNull();
    assertThat(late.status()).as(late.toString()).isIn(200, 504);
    Answer result = fob.result(late.header("Fob-Request-Id"));
    assertThat(result.text()).isIn("{\"result\":0.8}", late.text());
  }

  @Test
  void anIdThatWasNeverAcceptedIsNotFoundAndAnOldOneIsGone() {
    // Given
    String now = uuid7(Instant.now());
    String old = uuid7(Instant.now().minus(Duration.ofHours(25)));

    // Then
    assertThat(fob.get("/api/result/" + now).status()).isEqualTo(404);
    assertThat(fob.get("/api/result/" + old).status()).isEqualTo(410);
    assertThat(fob.get("/api/result/of-my-own").status()).isEqualTo(404);
    assertThat(fob.get("/api/result/" + now + "?since=yesterday").status()).isEqualTo(400);
  }

  private static String uuid7(Instant time) {
    long high = time.toEpochMilli() << 16 | 0x7000;
    return new UUID(high, 0x8000_0000_0000_0001L).toString();
  }

  @Test
  void whoWaitsForIdsThatDoNotExistTakesNoResultFromOthers() {
    // Given
    String add = fob.register("name=beside-waiters", Repository.example("add.py"));
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 40; i++) {
        String unknown = "/api/result/nobody-" + i;
        clients.execute(() -> fob.get(unknown, "Prefer", "wait=4"));
      }

      // When
      String id = fob.callAsync(add, "{\"param1\":1,\"param2\":1}");

      // Then
      Answer result = fob.result(id);
      assertThat(result.text()).isEqualTo("{\"result\":2}");
    }
  }

  @Test
  void severalPreferLinesAreOneList() {
    // Given
    String add = fob.register("", Repository.example("add.py"));

    // When
    Answer answer =
        fob.get(
            "/api/call/" + add + "?param1:1,param2:1",
            "Prefer",
            "wait=5",
            "Prefer",
            "respond-async");

    // Then
    assertThat(answer.status()).as(answer.toString()).isEqualTo(202);
  }

  @Test
  void malformedParametersAreRefusedBeforeAnythingIsAccepted() {
    // Given
    String add = fob.register("", Repository.example("add.py"));

    // When
    Answer answer = callAsync(add, "[1,2");

    // Then
    assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
    assertThat(answer.at("/detail")).contains("the parameters are wrong");
  }

  @Test
  void deadLettersAreFoundByTheNameOfTheirFunction() {
    // Given
    fob.register("name=always-wrong&retries=0", "def callme():\n    raise ValueError('no')\n");

    // When
    String id = fob.callAsync("always-wrong", "");

    // Then
    awaitDead(id);
    Answer listed = fob.get("/api/dead?function=always-wrong");
    assertThat(listed.at("/dead/0/id")).as(listed.toString()).isEqualTo(id);
  }
}
