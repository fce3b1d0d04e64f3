package fob.fakemarathon;

import static fob.fakemarathon.Client.checked;
import static fob.fakemarathon.Client.sleeper;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fob.fakemarathon.Client.Reply;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class UpdateTest {

  private final MarathonFixture fixture = new MarathonFixture();
  private final Client client = fixture.client;

  @AfterEach
  void close() {
    fixture.close();
  }

  private List<String> taskIds(String app) {
    return client.tasks(app).findValuesAsText("id").stream().sorted().toList();
  }

  @Test
  @DisplayName("16: PUT of a part is 200 with version and deployment, and keeps the rest")
  void updatesPartially() {
    // Given
    client.deploy(sleeper("/a").put("mem", 64));

    // When
    Reply reply = client.put("/v2/apps/a", "{\"cpus\":2}");

    // Then
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.json().path("deploymentId").asText())
        .isNotEmpty()
        .isEqualTo(reply.header("Marathon-Deployment-Id"));
    client.awaitDeployed("/a");
    JsonNode app = client.app("/a");
    assertThat(app.path("version").asText()).isEqualTo(reply.json().path("version").asText());
    assertThat(app.path("mem").asInt()).isEqualTo(64);
    assertThat(app.path("cpus").asInt()).isEqualTo(2);
  }

  @Test
  @DisplayName("16: PUT with partialUpdate=false replaces; a version alone rolls back")
  void replacesAndRollsBack() {
    // Given
    client.deploy(sleeper("/a").put("mem", 64));
    String first = client.app("/a").path("version").asText();

    // When
    client.put("/v2/apps/a?partialUpdate=false", "{\"cmd\":\"sleep 5\"}");
    client.awaitDeployed("/a");
    int replaced = client.app("/a").path("mem").asInt();
    client.put("/v2/apps/a", "{\"version\":\"" + first + "\"}");
    client.awaitDeployed("/a");
    Reply mixed = client.put("/v2/apps/a", "{\"cpus\":1,\"version\":\"" + first + "\"}");

    // Then
    assertThat(replaced).isEqualTo(128);
    assertThat(client.app("/a").path("mem").asInt()).isEqualTo(64);
    assertThat(mixed.status()).isEqualTo(422);
  }

  @Test
  @DisplayName("17: PUT of an unknown id is 201; PATCH is 200, or 404 for an unknown id")
  void createsByPutButNotByPatch() {
    // When
    Reply put = client.put("/v2/apps/a", "{\"cmd\":\"sleep 1\"}");
    client.awaitDeployed("/a");
    Reply patch = client.send("PATCH", "/v2/apps/a", "{\"cpus\":2}");
    Reply unknown = client.send("PATCH", "/v2/apps/b", "{\"cpus\":2}");

    // Then
    assertThat(put.status()).isEqualTo(201);
    assertThat(patch.status()).isEqualTo(200);
    assertThat(unknown.status()).isEqualTo(404);
  }

  @Test
  @DisplayName("18: PUT without a change is 200, has no step and restarts no task")
  void noChangeRestartsNothing() {
    // Given
    client.deploy(checked("/a"));
    List<String> before = taskIds("/a");
    try (EventLog events = fixture.events("deployment_success")) {

      // When
      Reply reply = client.put("/v2/apps/a?partialUpdate=false", checked("/a").toString());

      // Then
      assertThat(reply.status()).isEqualTo(200);
      JsonNode success = events.await("deployment_success");
      assertThat(success.path("plan").path("steps")).isEmpty();
      assertThat(taskIds("/a")).isEqualTo(before);
    }
  }

  @Test
  @DisplayName("19: a change of configuration replaces the tasks by ones of the new version")
  void configChangeReplacesTasks() {
    // Given
    client.deploy(checked("/a").put("instances", 2));
    List<String> before = taskIds("/a");

    // When
    Reply reply = client.put("/v2/apps/a", "{\"env\":{\"A\":\"1\"}}");
    client.awaitDeployed("/a");

    // Then
    assertThat(taskIds("/a")).hasSize(2).doesNotContainAnyElementsOf(before);
    assertThat(client.tasks("/a").findValuesAsText("version"))
        .containsOnly(reply.json().path("version").asText());
  }

  @Test
  @DisplayName("19: an old task stays until a new one is healthy, as the upgrade strategy says")
  void replacesOnlyByHealthyTasks() {
    // Given
    client.deploy(checked("/a"));
    List<String> before = taskIds("/a");
    fixture.tasks.script("/a", Script.running());

    // When
    client.put("/v2/apps/a", "{\"env\":{\"A\":\"1\"}}");
    client.awaitApp("/a", app -> app.path("tasksRunning").asInt() == 2);
    List<String> during = taskIds("/a");
    fixture.tasks.health("/a", true, "");
    client.awaitDeployed("/a");

    // Then
    assertThat(during).hasSize(2).containsAll(before);
    assertThat(taskIds("/a")).hasSize(1).doesNotContainAnyElementsOf(before);
  }

  @Test
  @DisplayName("19: a change of instances alone scales and keeps the tasks")
  void scalingKeepsTasks() {
    // Given
    client.deploy(checked("/a"));
    List<String> before = taskIds("/a");

    // When
    client.put("/v2/apps/a", "{\"instances\":3}");
    client.awaitDeployed("/a");
    List<String> more = taskIds("/a");
    client.put("/v2/apps/a", "{\"instances\":1}");
    client.awaitDeployed("/a");

    // Then
    assertThat(more).hasSize(3).containsAll(before);
    assertThat(taskIds("/a")).as("the youngest go first").isEqualTo(before);
  }

  @Test
  @DisplayName("45: servicePort 0 gets unique ports, kept over updates")
  void servicePortsAreUniqueAndKept() {
    // Given
    Reply created = fixture.create(checked("/a"));
    fixture.create(checked("/b"));

    // When
    int a = servicePort("/a");
    int b = servicePort("/b");
    client.put(
        "/v2/apps/a?partialUpdate=false&force=true", checked("/a").put("mem", 64).toString());

    // Then
    assertThat(created.json().path("container").path("portMappings").path(0).path("servicePort"))
        .as("the echo shows the port before it is assigned")
        .isEqualTo(Json.MAPPER.getNodeFactory().numberNode(0));
    assertThat(a).isBetween(10_000, 20_000).isNotEqualTo(b);
    assertThat(b).isBetween(10_000, 20_000);
    assertThat(servicePort("/a")).isEqualTo(a);
  }

  private int servicePort(String id) {
    return client
        .app(id)
        .path("container")
        .path("portMappings")
        .path(0)
        .path("servicePort")
        .asInt();
  }

  @Test
  @DisplayName("45: when service ports are exhausted, an app is refused with 500")
  void servicePortsCanBeExhausted() {
    try (MarathonFixture small =
        new MarathonFixture(new MarathonOptions().servicePorts(10_000, 10_001))) {
      // Given
      small.client.deploy(checked("/a"));
      small.client.deploy(checked("/b"));

      // When
      Reply refused = small.create(checked("/c"));
      small.client.delete("/v2/apps/a");
      Reply accepted = small.create(checked("/c"));

      // Then
      assertThat(refused.status()).isEqualTo(500);
      assertThat(refused.message()).contains("No free port");
      assertThat(accepted.status()).isEqualTo(201);
    }
  }
}
