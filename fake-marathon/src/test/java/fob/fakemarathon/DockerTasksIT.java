package fob.fakemarathon;

import static fob.fakemarathon.Client.checked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Needs a Docker engine, and one of these images, which it does not pull. */
class DockerTasksIT {

  private static final List<String> IMAGES =
      List.of("fob-driver-python:latest", "debian:bookworm-slim");

  /** Serves the folder /tmp over HTTP, with what either image has. */
  private static final String SERVE =
      "touch /tmp/health; cd /tmp; exec python3 -m http.server 8080";

  private final DockerTasks tasks = new DockerTasks();
  private final FakeMarathon marathon = FakeMarathon.start(new MarathonOptions().tasks(tasks));
  private final Client client = new Client(marathon.url());
  private String image = "";

  @BeforeEach
  void findImage() {
    image =
        IMAGES.stream()
            .filter(name -> DockerCli.run("image", "inspect", name).isOk())
            .findFirst()
            .orElse("");
    require(
        DockerTasks.isAvailable() && !image.isEmpty(), "no Docker engine with one of " + IMAGES);
  }

  /** Skips the test unless the condition holds, or fails it where Docker has to be there. */
  private static void require(boolean condition, String otherwise) {
    if (!condition && "true".equals(System.getenv("FOB_REQUIRE_DOCKER"))) {
      fail("FOB_REQUIRE_DOCKER is true, but: " + otherwise);
    }
    assumeTrue(condition, otherwise);
  }

  @AfterEach
  void close() {
    client.close();
    marathon.close();
  }

  private ObjectNode app(String cmd) {
    ObjectNode app = checked("/d").put("cmd", cmd).put("mem", 64).put("cpus", 0.1);
    app.withObject("/container/docker").put("image", image);
    app.withArray("/container/docker/parameters")
        .addObject()
        .put("key", "init")
        .put("value", "true");
    app.withObject("/env").put("GREETING", "hello there");
    app.put("taskKillGracePeriodSeconds", 1).put("backoffSeconds", 0);
    app.withObject("/healthChecks/0").put("gracePeriodSeconds", 30).put("delaySeconds", 1);
    return app;
  }

  private ObjectNode unchecked(String cmd) {
    ObjectNode app = app(cmd);
    app.remove("healthChecks");
    return app;
  }

  private List<String> containers() {
    return DockerCli.run("ps", "-aq", "--filter", "label=" + tasks.label()).out().lines().toList();
  }

  private String inspect(String format) {
    return DockerCli.run("inspect", "--format", format, containers().getFirst()).out();
  }

  @Test
  void aTaskIsAContainerThatIsReachedOverItsHostPort() {
    // Given
    DockerCli.Result python =
        DockerCli.run("run", "--rm", "--entrypoint=/bin/sh", image, "-c", "python3 -V");
    require(python.isOk(), image + " has no python3 to serve with: " + python.err());

    // When
    client.deploy(app(SERVE));

    // Then
    JsonNode task = client.tasks("/d").path(0);
    assertThat(task.path("host").asText()).isEqualTo("127.0.0.1");
    JsonNode health = task.path("healthCheckResults").path(0);
    assertThat(health.path("alive").asBoolean()).isTrue();
    assertThat(
            Duration.between(
                Instant.parse(task.path("startedAt").asText()),
                Instant.parse(health.path("firstSuccess").asText())))
        .isGreaterThanOrEqualTo(Duration.ofMillis(990)); // both times are whole milliseconds
    assertThat(inspect("{{(index (index .NetworkSettings.Ports \"8080/tcp\") 0).HostIp}}"))
        .isEqualTo("127.0.0.1");
    assertThat(inspect("{{(index (index .NetworkSettings.Ports \"8080/tcp\") 0).HostPort}}"))
        .isEqualTo(task.path("ports").path(0).asText());
    assertThat(inspect("{{.HostConfig.Init}} {{.HostConfig.Memory}}")).isEqualTo("true 67108864");
    assertThat(inspect("{{.Config.Env}}"))
        .contains("GREETING=hello there", "MARATHON_APP_ID=/d", "HOST=127.0.0.1")
        .contains("MESOS_TASK_ID=" + task.path("id").asText())
        .contains("PORT0=" + task.path("ports").path(0).asText());
  }

  @Test
  void anExitIsAFailureWithItsCodeAndAnotherTaskFollows() {
    // When
    client.post("/v2/apps", unchecked("exit 7").toString());

    // Then
    client.awaitApp("/d", app -> app.has("lastTaskFailure"));
    JsonNode failure = client.app("/d").path("lastTaskFailure");
    assertThat(failure.path("state").asText()).isEqualTo("TASK_FAILED");
    assertThat(failure.path("message").asText()).isEqualTo("Container exited with status 7");
    client.awaitApp(
        "/d",
        app ->
            app.path("tasks").path(0).path("id").asText().matches(".*\\._app\\.([2-9]|\\d\\d+)"));
  }

  @Test
  void aMissingImageIsAFailureInDockersWords() {
    // Given
    ObjectNode app = unchecked("sleep 60");
    app.withObject("/container/docker").put("image", "fob-no-such-image:1");

    // When
    client.post("/v2/apps", app.toString());

    // Then
    client.awaitApp("/d", found -> found.has("lastTaskFailure"));
    assertThat(client.app("/d").path("lastTaskFailure").path("message").asText())
        .startsWith("Failed to launch container: ")
        .contains("No such image: fob-no-such-image:1");
  }

  @Test
  void deletingTheAppRemovesItsContainer() {
    // Given
    client.deploy(unchecked("sleep 600"));
    int before = containers().size();

    // When
    client.delete("/v2/apps/d");

    // Then
    assertThat(before).isEqualTo(1);
    org.awaitility.Awaitility.await()
        .atMost(Client.DEADLINE)
        .until(() -> client.get("/v2/deployments").json().isEmpty());
    assertThat(containers()).isEmpty();
  }

  @Test
  void closingRemovesAllContainers() {
    // Given
    client.deploy(unchecked("sleep 600").put("instances", 2));
    int before = containers().size();

    // When
    marathon.close();

    // Then
    assertThat(before).isEqualTo(2);
    assertThat(containers()).isEmpty();
  }
}
