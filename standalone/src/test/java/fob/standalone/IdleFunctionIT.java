package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Functions with {@code idle} stop without calls, and start again for the next one. */
@Timeout(180)
class IdleFunctionIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String COUNTER =
      """
      import threading
      lock = threading.Lock()
      calls = 0
      def callme(n=0):
          global calls
          with lock:
              calls += 1
              return calls
      """;
  private static final String SLEEPER =
      """
      import time
      def callme(seconds):
          time.sleep(seconds)
          return seconds
      """;

  @TempDir Path folder;

  private static void awaitStopped(FobClient client, String function) {
    await().atMost(SOON).until(() -> client.status(function).equals("idle"));
    await().atMost(SOON).until(() -> HostProcesses.ofFunction(function).isEmpty());
  }

  @Test
  void everyKindOfCallStartsAnIdleFunctionAndEachRunsOnce() throws Exception {
    try (FobInParts parts = new FobInParts(folder);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      // Given
      parts.add(parts.deployer());
      parts.add(parts.invoker("one"));
      FobClient fob = parts.client;
      await().atMost(SOON).until(() -> fob.get("/readyz").status() == 200);
      String counter = fob.register("name=counter&idle=5s&" + HostProcesses.OWN_SANDBOX, COUNTER);
      assertThat(fob.call("counter", "{}").at("/result")).isEqualTo("1");
      assertThat(fob.get("/api/meta/counter").at("/limits/idle")).isEqualTo("5s");
      awaitStopped(fob, counter);
      assertThat(fob.get("/api/meta/counter").at("/note")).contains("the next call starts it");
      assertThat(fob.get("/api/logs/counter").text()).contains("idle: its instances end");

      // When
      List<Future<Answer>> answers = new ArrayList<>();
      List<String> accepted = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        answers.add(clients.submit(() -> fob.call("counter", "{}")));
        answers.add(
            clients.submit(() ->
                fob.post(
                    "/api/call/" + counter,
                    "{}",
                    "Content-Type",
                    "application/json",
                    "Idempotency-Key",
                    UUID.randomUUID().toString())));
        accepted.add(fob.callAsync(counter, "{}"));
      }

      // Then
      List<Integer> results = new ArrayList<>();
      for (Future<Answer> answer : answers) {
        results.add(Integer.parseInt(answer.get().at("/result")));
      }
      accepted.forEach(id -> results.add(Integer.parseInt(fob.result(id).at("/result"))));
      assertThat(results)
          .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, 15).boxed().toList());
      assertThat(fob.status(counter)).isEqualTo("ready");
      assertThat(HostProcesses.ofFunction(counter)).isNotEmpty();
    }
  }

  @Test
  void aFunctionIsNotStoppedWhileOneOfTwoInvokersRunsACallOfIt() throws Exception {
    try (FobInParts parts = new FobInParts(folder);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      // Given
      parts.add(parts.deployer());
      parts.add(parts.invoker("one"));
      parts.add(parts.invoker("two"));
      FobClient fob = parts.client;
      await().atMost(SOON).until(() -> fob.get("/readyz").status() == 200);
      String sleeper = fob.register("idle=5s&instances=2&spread=2&concurrency=1", SLEEPER);
      long before = System.nanoTime();

      // When
      Future<Answer> answer = clients.submit(() -> fob.call(sleeper, "{\"seconds\": 12}"));

      // Then
      while (!answer.isDone()) {
        String status = fob.status(sleeper);
        if (!answer.isDone()) {
          assertThat(status).isEqualTo("ready");
        }
      }
      assertThat(answer.get().text()).isEqualTo("{\"result\":12}");
      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .isGreaterThan(Duration.ofSeconds(11));
      awaitStopped(fob, sleeper);
      assertThat(fob.call(sleeper, "{\"seconds\": 0}").text()).isEqualTo("{\"result\":0}");
    }
  }

  @Test
  void anIdleFunctionStaysIdleWhenFobStartsAgainUntilItsNextCall() {
    // Given
    String counter;
    String other;
    try (FobProcess fob = FobProcess.up(folder, folder.resolve("data"));
        FobClient client = fob.awaitUp()) {
      counter = client.register("idle=5s&" + HostProcesses.OWN_SANDBOX, COUNTER);
      other = client.register("", COUNTER);
      awaitStopped(client, counter);
      fob.kill();
    }

    // When
    try (FobProcess fob = FobProcess.up(folder, folder.resolve("data"));
        FobClient client = fob.awaitUp()) {
      await().atMost(SOON).until(() -> client.status(other).equals("ready"));

      // Then
      assertThat(client.status(counter)).isEqualTo("idle");
      assertThat(HostProcesses.ofFunction(counter)).isEmpty();
      assertThat(client.call(counter, "{}").text()).isEqualTo("{\"result\":1}");
      client.delete("/api/gen/" + counter);
      await().atMost(SOON).until(() -> HostProcesses.ofFunction(counter).isEmpty());
      assertThat(client.call(counter, "{}").status()).isEqualTo(404);
    }
  }
}
