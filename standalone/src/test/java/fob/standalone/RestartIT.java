package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** After any end, fob starts again with all registered functions. */
@Timeout(180)
class RestartIT {

  private static final String COUNTER =
      """
      calls = 0
      def callme():
          global calls
          calls += 1
          return calls
      """;
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration CALLABLE = Duration.ofSeconds(45);

  @TempDir Path dir;

  @Test
  void functionsSurviveATermination() {
    // Given
    String id;
    Set<ProcessHandle> sandboxes;
    int exitCode;
    try (FobProcess fob = FobProcess.up(dir, dir.resolve("data"));
        FobClient client = fob.awaitUp()) {
      id = client.register("name=counter", COUNTER);
      sandboxes = fob.descendants();
      fob.terminate();
      exitCode = fob.awaitExit(SOON);
    }

    // When
    long start = System.nanoTime();
    try (FobProcess fob = FobProcess.up(dir, dir.resolve("data"));
        FobClient client = fob.awaitUp()) {
      Answer answer = client.get("/api/call/" + id);
      Duration callable = print("restart after SIGTERM to first reply", start);

      // Then
      assertThat(exitCode).isZero();
      assertThat(sandboxes).isNotEmpty().noneMatch(ProcessHandle::isAlive);
      assertThat(answer.text()).isEqualTo("{\"result\":1}");
      assertThat(client.get("/api/call/counter").text()).isEqualTo("{\"result\":2}");
      assertThat(client.get("/api/stats").json().path("functions"))
          .extracting(JsonNode::asText)
          .containsExactly(id);
      assertThat(client.get("/api/cs/" + id).text()).isEqualTo(COUNTER);
      assertThat(callable).isLessThan(CALLABLE);
      assertThat(fob.err()).isEmpty();
    }
  }

  @Test
  void killLeavesNoSandboxAndFunctionsSurviveIt() {
    // Given
    String id;
    String failed;
    Set<ProcessHandle> sandboxes;
    try (FobProcess fob = FobProcess.up(dir, dir.resolve("data"));
        FobClient client = fob.awaitUp()) {
      id = client.register("name=counter&instances=2", COUNTER);
      failed = client.post("/api/gen", "def callme(:", "Prefer", "wait=60").at("/id");
      String removed = client.register(HostProcesses.OWN_SANDBOX, COUNTER);
      client.delete("/api/gen/" + removed);
      await().atMost(SOON).until(() -> HostProcesses.ofFunction(removed).isEmpty());
      sandboxes = fob.descendants();
      fob.kill();
    }
    await().atMost(SOON).until(() -> sandboxes.stream().noneMatch(ProcessHandle::isAlive));

    // When
    long start = System.nanoTime();
    try (FobProcess fob = FobProcess.up(dir, dir.resolve("data"));
        FobClient client = fob.awaitUp()) {
      Answer answer = client.get("/api/call/" + id);
      Duration callable = print("restart after kill -9 to first reply", start);

      // Then
      assertThat(sandboxes).hasSizeGreaterThanOrEqualTo(4);
      assertThat(answer.text()).isEqualTo("{\"result\":1}");
      assertThat(client.get("/api/call/counter").status()).isEqualTo(200);
      assertThat(client.get("/api/stats").json().path("functions"))
          .extracting(JsonNode::asText)
          .containsExactly(id, failed);
      assertThat(client.get("/api/call/" + failed).at("/error/type")).isEqualTo("SyntaxError");
      assertThat(callable).isLessThan(CALLABLE);
      assertThat(fob.err()).isEmpty();
    }
  }

  @Test
  void terminationLetsShortCallsFinishAndWaitsForNoLongOne() {
    // Given
    String code =
        "import time\ndef callme(s):\n    print('begin', s)\n    time.sleep(float(s))\n    return s\n";
    try (FobProcess fob = FobProcess.up(dir, dir.resolve("data"));
        FobClient client = fob.awaitUp();
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      String id = client.register("timeout=120s", code);
      client.get("/api/call/" + id + "?s:0");
      Future<Answer> quick = callers.submit(() -> client.get("/api/call/" + id + "?s:1"));
      Future<Answer> endless = callers.submit(() -> client.get("/api/call/" + id + "?s:100"));
      Path log = dir.resolve("data/logs/" + id + ".log");
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(log).content().contains("begin 1\n", "begin 100\n"));

      // When
      fob.terminate();

      // Then
      assertThat(fob.awaitExit(SOON)).isZero();
      assertThat(quick).succeedsWithin(SOON).extracting(Answer::status).isEqualTo(200);
      assertThat(endless).succeedsWithin(SOON).extracting(Answer::status).isIn(502, 503, 504);
    }
  }

  private static Duration print(String what, long startNanos) {
    Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
    System.out.println(what + ": " + took.toMillis() + " ms");
    return took;
  }
}
