package fob.fakemarathon;

import static fob.fakemarathon.Client.checked;
import static fob.fakemarathon.Client.sleeper;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fob.fakemarathon.Client.Reply;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DeploymentsTest {

  private final MarathonFixture fixture =
      new MarathonFixture(new MarathonOptions().maxRunningDeployments(3).timeScale(20));
  private final Client client = fixture.client;

  @BeforeEach
  void stick() {
    fixture.tasks.script(id -> id.startsWith("/stuck"), Script.noOffersAtAll());
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private String createStuck(String id) {
    return fixture.create(sleeper(id)).header("Marathon-Deployment-Id");
  }

  private boolean isListed(String deployment) {
    return client.get("/v2/deployments").json().findValuesAsText("id").contains(deployment);
  }

  @Test
  @DisplayName("27: a write to an app under deployment is 409; forced it cancels that deployment")
  void locks() {
    // Given
    String old = createStuck("/stuck");
    try (EventLog events = fixture.events("deployment_failed")) {

      // When
      Reply locked = client.put("/v2/apps/stuck", "{\"cpus\":2}");
      Reply forced = client.put("/v2/apps/stuck?force=true", "{\"cpus\":2}");

      // Then
      assertThat(locked.status()).isEqualTo(409);
      assertThat(locked.message()).startsWith("App is locked by one or more deployments.");
      assertThat(locked.json().path("deployments").path(0).path("id").asText()).isEqualTo(old);
      assertThat(forced.status()).isEqualTo(200);
      assertThat(events.await("deployment_failed").path("id").asText()).isEqualTo(old);
      assertThat(isListed(old)).isFalse();
    }
  }

  @Test
  @DisplayName("28: writes to other apps are not blocked by a deployment")
  void locksNothingElse() {
    // Given
    String stuck = createStuck("/stuck");

    // When
    client.deploy(sleeper("/a"));

    // Then
    assertThat(client.app("/a").path("tasksRunning").asInt()).isEqualTo(1);
    assertThat(isListed(stuck)).isTrue();
  }

  @Test
  @DisplayName("29: with the most deployments running, every write is 403, forced or not")
  void limitsRunningDeployments() {
    // Given
    client.deploy(sleeper("/a"));
    for (String id : new String[] {"/stuck1", "/stuck2", "/stuck3"}) {
      createStuck(id);
    }
    String out = client.get("/v2/deployments").json().path(0).path("id").asText();

    // When
    Reply post = fixture.create(sleeper("/b"));
    Reply put = client.put("/v2/apps/a?force=true", "{\"cpus\":2}");
    Reply delete = client.delete("/v2/apps/stuck1");
    Reply rollback = client.delete("/v2/deployments/" + out);
    Reply cancel = client.delete("/v2/deployments/" + out + "?force=true");
    Reply after = fixture.create(sleeper("/b"));

    // Then
    assertThat(post.status()).isEqualTo(403);
    assertThat(post.message()).startsWith("Max number (3) of running deployments is achieved.");
    assertThat(put.status()).isEqualTo(403);
    assertThat(delete.status()).isEqualTo(403);
    assertThat(rollback.status()).isEqualTo(403);
    assertThat(cancel.status()).as("the way out").isEqualTo(202);
    assertThat(after.status()).isEqualTo(201);
  }

  @Test
  @DisplayName("30: a deployment that has started is listed at once")
  void listsAtOnce() {
    // When
    String id = createStuck("/stuck");

    // Then
    JsonNode deployment = client.get("/v2/deployments").json().path(0);
    assertThat(deployment.path("id").asText()).isEqualTo(id);
    assertThat(deployment.path("affectedApps").path(0).asText()).isEqualTo("/stuck");
    assertThat(deployment.path("totalSteps").asInt()).isEqualTo(2);
    assertThat(deployment.path("currentStep").asInt()).isEqualTo(2);
    assertThat(deployment.path("currentActions").path(0).path("action").asText())
        .isEqualTo("ScaleApplication");
    assertThat(deployment.path("steps").path(0).path("actions").path(0).path("action").asText())
        .isEqualTo("StartApplication");
  }

  @Test
  @DisplayName("31: DELETE of a deployment is 200 with a rollback: a new app is gone")
  void rollsBack() {
    // Given
    String old = createStuck("/stuck");
    try (EventLog events = fixture.events("deployment_failed", "deployment_success")) {

      // When
      Reply reply = client.delete("/v2/deployments/" + old);

      // Then
      assertThat(reply.status()).isEqualTo(200);
      String rollback = reply.json().path("deploymentId").asText();
      assertThat(events.await("deployment_failed").path("id").asText()).isEqualTo(old);
      assertThat(events.await("deployment_success").path("id").asText()).isEqualTo(rollback);
      assertThat(client.get("/v2/apps/stuck").status()).isEqualTo(404);
      assertThat(client.delete("/v2/deployments/none").status()).isEqualTo(404);
    }
  }

  @Test
  @DisplayName("31: the rollback of an update brings back the configuration before it")
  void rollsBackAnUpdate() {
    // Given
    client.deploy(checked("/a").put("mem", 64));
    fixture.tasks.script("/a", Script.unhealthy("no"));
    Reply update = client.put("/v2/apps/a", "{\"mem\":65}");

    // When
    fixture.tasks.script("/a", Script.healthy());
    client.delete("/v2/deployments/" + update.json().path("deploymentId").asText());
    client.awaitDeployed("/a");

    // Then
    assertThat(client.app("/a").path("mem").asInt()).isEqualTo(64);
  }

  @Test
  @DisplayName("32: DELETE of a deployment with force is 202: the app stays, and is still tried")
  void cancels() {
    // Given
    String old = createStuck("/stuck");
    try (EventLog events = fixture.events("deployment_failed")) {

      // When
      Reply reply = client.delete("/v2/deployments/" + old + "?force=true");

      // Then
      assertThat(reply.status()).isEqualTo(202);
      assertThat(reply.body()).isEmpty();
      assertThat(events.await("deployment_failed").path("id").asText()).isEqualTo(old);
      assertThat(client.get("/v2/apps/stuck").status()).isEqualTo(200);
      assertThat(client.queued("/stuck").path("count").asInt()).isEqualTo(1);
      fixture.tasks.script("/stuck", Script.healthy());
      client.awaitApp("/stuck", app -> app.path("tasksRunning").asInt() == 1);
    }
  }

  @Test
  @DisplayName("33: an unhealthy app fails its checks again and again and is never deployed")
  void unhealthyNeverSucceeds() {
    // Given
    fixture.tasks.script("/a", Script.unhealthy("HTTP 503"));
    try (EventLog events = fixture.events()) {

      // When
      fixture.create(checked("/a").put("backoffSeconds", 0));
      JsonNode failed = events.await("failed_health_check_event", 5).getLast();
      JsonNode kill = events.await("unhealthy_instance_kill_event");

      // Then
      assertThat(failed.path("healthCheck").path("protocol").asText()).isEqualTo("MESOS_HTTP");
      assertThat(kill.path("reason").asText()).isEqualTo("HTTP 503");
      assertThat(events.of("deployment_success")).isEmpty();
      JsonNode app = client.app("/a");
      assertThat(app.path("deployments")).hasSize(1);
      assertThat(app.path("lastTaskFailure").path("message").asText())
          .contains("health check failed");
    }
  }

  @Test
  @DisplayName("34: events of a success come in order, then there is no deployment any more")
  void orderOfSuccess() {
    try (EventLog events = fixture.events()) {
      // When
      Reply reply = fixture.create(sleeper("/g/a"));
      JsonNode success = events.await("deployment_success");

      // Then
      assertThat(events.types())
          .containsSubsequence(
              "api_post_event",
              "group_change_success",
              "status_update_event",
              "deployment_success");
      assertThat(success.path("id").asText()).isEqualTo(reply.header("Marathon-Deployment-Id"));
      assertThat(events.of("group_change_success").getFirst().path("groupId").asText())
          .isEqualTo("/g");
      assertThat(client.get("/v2/deployments").json()).isEmpty();
    }
  }

  @Test
  @DisplayName("35: a deployment needs healthy tasks when there are checks, else running ones")
  void successNeedsHealthOnlyWithChecks() {
    // Given
    fixture.tasks.script(id -> true, Script.running());

    // When
    client.deploy(sleeper("/without"));
    fixture.create(checked("/with"));
    client.awaitApp("/with", app -> app.path("tasksRunning").asInt() == 1);

    // Then
    assertThat(client.app("/with").path("deployments")).hasSize(1);
    fixture.tasks.health("/with", true, "");
    client.awaitDeployed("/with");
    Awaitility.await().until(() -> client.get("/v2/deployments").json().isEmpty());
  }
}
