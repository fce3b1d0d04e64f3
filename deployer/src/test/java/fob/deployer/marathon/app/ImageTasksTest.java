package fob.deployer.marathon.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import fob.bus.wire.Json;
import fob.deployer.image.ImageClient;
import fob.deployer.marathon.api.AppView;
import fob.deployer.marathon.app.ImageTasks.Unusable;
import fob.function.Code;
import fob.function.Environment;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.Instance;
import fob.function.Limits;
import fob.function.RetryPolicy;
import fob.function.Upload;
import fob.service.Backoff;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks of one app, all of which are the same server. */
@Timeout(30)
class ImageTasksTest {

  private static final Instant NOW = Instant.EPOCH;
  private static final Duration PAUSE = Duration.ofSeconds(30);
  private static final Code CODE = new Code("def main(args): return {}".getBytes(UTF_8));

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ImageClient client = new ImageClient();
  private final AtomicInteger inits = new AtomicInteger();
  private final ImageTasks tasks =
      new ImageTasks(
          client,
          threads,
          InstantSource.fixed(NOW),
          Duration.ofSeconds(60),
          Backoff.doubling(PAUSE, Duration.ofMinutes(10)),
          () -> {});
  private final ImageCode code =
      new ImageCode(
          new FunctionSpec(
              FunctionId.random(),
              Upload.LANGUAGE,
              null,
              Limits.DEFAULT,
              RetryPolicy.DEFAULT,
              Environment.EMPTY,
              new Upload(null, "an/image"),
              CODE.sha256(),
              CODE.bytes().length,
              NOW),
          () -> CODE,
          List.of());
  private HttpServer server;
  private volatile int status;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/init",
        exchange -> {
          inits.incrementAndGet();
          exchange.getRequestBody().readAllBytes();
          byte[] body = "{\"error\":\"no\"}".getBytes(UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
    threads.shutdownNow();
  }

  private AppView app(String health, String... ids) {
    String all =
        Arrays.stream(ids)
            .map(id ->
                "{\"id\":\"%s\",\"state\":\"TASK_RUNNING\",\"host\":\"127.0.0.1\",\"ports\":[%d],\"healthCheckResults\":%s}"
                    .formatted(id, server.getAddress().getPort(), health))
            .collect(Collectors.joining(","));
    return AppView.of(
        Json.parse("{\"id\":\"/a\",\"tasks\":[%s]}".formatted(all).getBytes(UTF_8)), true, 1);
  }

  private List<String> serving(AppView app) {
    return tasks.look(app, code).instances().stream().map(Instance::id).toList();
  }

  /** Waits until none of these tasks takes the code, and returns the pauses before their ends. */
  private List<Duration> pausesOf(int answer, String... ids) {
    status = answer;
    AppView app = app("[]", ids);
    await()
        .untilAsserted(() -> {
          assertThat(serving(app)).isEmpty();
          assertThat(tasks.unusable()).hasSize(ids.length);
        });
    return tasks.unusable().stream()
        .map(Unusable::due)
        .map(due -> Duration.between(NOW, due))
        .toList();
  }

  @Test
  void tasksThatAnEarlierDeployerMayHaveBegunAreAllReplacedAtOnce() {
    assertThat(pausesOf(403, "a", "b", "c")).containsOnly(Duration.ZERO);
    assertThat(pausesOf(403, "d", "e")).containsOnly(PAUSE);
  }

  @Test
  void pausesGrowUntilATaskHasItsCode() {
    assertThat(pausesOf(502, "a", "b")).containsOnly(PAUSE);
    assertThat(pausesOf(502, "c")).containsOnly(PAUSE.multipliedBy(2));

    status = 200;
    AppView app = app("[]", "d");
    await().untilAsserted(() -> assertThat(serving(app)).containsExactly("d"));

    assertThat(pausesOf(502, "e")).containsOnly(PAUSE);
  }

  @Test
  void taskWithItsCodeServesUnlessItsHealthCheckFails() {
    status = 200;
    AppView unknown = app("[]", "a");
    await().untilAsserted(() -> assertThat(serving(unknown)).containsExactly("a"));
    assertThat(serving(app("[{\"alive\":false}]", "a"))).isEmpty();
    assertThat(serving(app("[{\"alive\":true}]", "a"))).containsExactly("a");
    assertThat(inits).hasValue(1);
  }
}
