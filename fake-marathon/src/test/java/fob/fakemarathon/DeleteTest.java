package fob.fakemarathon;

import static fob.fakemarathon.Client.checked;
import static fob.fakemarathon.Client.sleeper;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fob.fakemarathon.Client.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DeleteTest {

  private final MarathonFixture fixture = new MarathonFixture();
  private final Client client = fixture.client;

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  @DisplayName("24: DELETE of an app is 200 with its deployment, and 404 when unknown")
  void deletes() {
    // Given
    client.deploy(sleeper("/g/a"));
    try (EventLog events = fixture.events()) {

      // When
      Reply reply = client.delete("/v2/apps/g/a");

      // Then
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.json().path("deploymentId").asText())
          .isEqualTo(reply.header("Marathon-Deployment-Id"));
      assertThat(client.get("/v2/apps/g/a").status()).isEqualTo(404);
      assertThat(events.await("app_terminated_event").path("appId").asText()).isEqualTo("/g/a");
      assertThat(events.await("deployment_success").path("id"))
          .isEqualTo(reply.json().path("deploymentId"));
      assertThat(events.of("status_update_event").getLast().path("taskStatus").asText())
          .isEqualTo("TASK_KILLED");
      assertThat(client.delete("/v2/apps/g/a").status()).isEqualTo(404);
      assertThat(client.get("/v2/groups/g").status()).as("the empty group stays").isEqualTo(200);
    }
  }

  @Test
  @DisplayName(
      "25: DELETE of an app works during its stuck deployment, as force is true by default")
  void deletesDuringDeployment() {
    // Given
    fixture.tasks.script("/a", Script.neverOffered("InsufficientMemory"));
    fixture.create(sleeper("/a"));

    // When
    Reply polite = client.delete("/v2/apps/a?force=false");
    Reply reply = client.delete("/v2/apps/a");

    // Then
    assertThat(polite.status()).isEqualTo(409);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(client.get("/v2/apps/a").status()).isEqualTo(404);
  }

  @Test
  @DisplayName("26: POST restart is 200 and replaces the tasks, and 404 when unknown")
  void restarts() {
    // Given
    client.deploy(checked("/a"));
    String before = client.tasks("/a").path(0).path("id").asText();

    // When
    Reply reply = client.post("/v2/apps/a/restart", "");
    client.awaitDeployed("/a");

    // Then
    assertThat(reply.status()).isEqualTo(200);
    assertThat(client.tasks("/a").path(0).path("id").asText()).isNotEqualTo(before);
    assertThat(client.post("/v2/apps/none/restart", "").status()).isEqualTo(404);
  }

  @Test
  @DisplayName("DELETE of a task is answered with it, and another one follows or the app scales")
  void killsTasks() {
    // Given
    client.deploy(checked("/a").put("instances", 2));
    JsonNode before = client.tasks("/a");
    String killed = before.path(0).path("id").asText();

    // When
    Reply reply = client.delete("/v2/apps/a/tasks/" + killed);
    client.awaitApp("/a", app -> app.path("tasksHealthy").asInt() == 2);
    Reply scaled =
        client.delete("/v2/apps/a/tasks/" + before.path(1).path("id").asText() + "?scale=true");
    client.awaitDeployed("/a");

    // Then
    assertThat(reply.json().path("task").path("id").asText()).isEqualTo(killed);
    assertThat(scaled.json().has("deploymentId")).isTrue();
    assertThat(client.app("/a").path("instances").asInt()).isEqualTo(1);
    assertThat(client.tasks("/a").findValuesAsText("id"))
        .doesNotContain(killed, before.path(1).path("id").asText());
    Reply unknown = client.delete("/v2/apps/a/tasks/x");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.message()).isEqualTo("Task 'x' does not exist");
    assertThat(client.delete("/v2/apps/a/tasks?scale=true&wipe=true").status()).isEqualTo(400);
  }
}
