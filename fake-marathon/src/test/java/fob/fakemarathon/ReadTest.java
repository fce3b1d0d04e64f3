package fob.fakemarathon;

import static fob.fakemarathon.Client.checked;
import static fob.fakemarathon.Client.sleeper;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.fakemarathon.Client.Reply;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ReadTest {

  private final MarathonFixture fixture = new MarathonFixture();
  private final Client client = fixture.client;

  @AfterEach
  void close() {
    fixture.close();
  }

  private List<String> ids(String query) {
    return client.get("/v2/apps" + query).json().path("apps").findValuesAsText("id").stream()
        .filter(id -> id.startsWith("/"))
        .toList();
  }

  @Test
  @DisplayName("20: GET of an app always embeds counts, tasks, deployments and lastTaskFailure")
  void showsAll() {
    // Given
    fixture.tasks.script("/a", Script.failing(1, "TASK_FAILED", "Command exited with status 7"));
    client.deploy(checked("/a").put("backoffSeconds", 0));

    // When
    JsonNode app = client.app("/a");

    // Then
    assertThat(app.path("tasksRunning").asInt()).isEqualTo(1);
    assertThat(app.path("tasksHealthy").asInt()).isEqualTo(1);
    assertThat(app.path("deployments").isArray()).isTrue();
    JsonNode task = app.path("tasks").path(0);
    assertThat(task.path("id").asText()).matches("a\\.instance-[0-9a-f-]{36}\\._app\\.2");
    assertThat(task.path("host").asText()).isEqualTo("127.0.0.1");
    assertThat(task.path("ports")).hasSize(1);
    assertThat(task.path("healthCheckResults").path(0).path("alive").asBoolean()).isTrue();
    JsonNode failure = app.path("lastTaskFailure");
    assertThat(failure.path("message").asText()).isEqualTo("Command exited with status 7");
    assertThat(failure.path("state").asText()).isEqualTo("TASK_FAILED");
    assertThat(failure.path("version").asText()).isEqualTo(app.path("version").asText());
    assertThat(client.get("/v2/apps/none").status()).isEqualTo(404);
  }

  @Test
  @DisplayName("21: GET of all apps has counts and deployments, and the rest only when embedded")
  void listsWithCountsAndDeployments() {
    // Given
    fixture.tasks.script("/a", Script.failing(1, "TASK_FAILED", "no"));
    client.deploy(sleeper("/a").put("backoffSeconds", 0));

    // When
    JsonNode plain = client.get("/v2/apps").json().path("apps").path(0);
    JsonNode embedded =
        client
            .get("/v2/apps?embed=apps.tasks&embed=apps.lastTaskFailure")
            .json()
            .path("apps")
            .path(0);

    // Then
    assertThat(plain.path("tasksRunning").asInt()).isEqualTo(1);
    assertThat(plain.has("deployments")).isTrue();
    assertThat(plain.has("tasks")).isFalse();
    assertThat(plain.has("lastTaskFailure")).isFalse();
    assertThat(embedded.path("tasks")).hasSize(1);
    assertThat(embedded.path("lastTaskFailure").path("message").asText()).isEqualTo("no");
  }

  @Test
  @DisplayName("22: filters for id and cmd find parts in any case; labels by selector")
  void filters() {
    // Given
    ObjectNode labelled = Json.object().put("id", "/fob/labelled").put("cmd", "Sleep 7");
    labelled.withObject("/labels").put("tier", "gold");
    fixture.create(labelled);
    fixture.create(sleeper("/other"));

    // When
    List<String> byId = ids("?id=FOB");
    List<String> byCmd = ids("?cmd=sLEEP%207");

    // Then
    assertThat(byId).containsExactly("/fob/labelled");
    assertThat(byCmd).containsExactly("/fob/labelled");
    assertThat(ids("?label=tier==gold")).containsExactly("/fob/labelled");
    assertThat(ids("?label=tier")).containsExactly("/fob/labelled");
    assertThat(ids("?label=tier%20in%20(silver,gold)")).containsExactly("/fob/labelled");
    assertThat(ids("?label=tier!=gold")).isEmpty();
    assertThat(ids("?label=tier==gold,other")).isEmpty();
  }

  @Test
  @DisplayName("23: unknown embeds are ignored; prefixes of known ones are interchangeable")
  void embedsAreLenient() {
    // Given
    client.deploy(sleeper("/a"));
    for (String embed : new String[] {"app.tasks", "apps.tasks", "group.apps.tasks"}) {

      // When
      Reply reply = client.get("/v2/apps?embed=nonsense&embed=" + embed);

      // Then
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.json().path("apps").path(0).path("tasks")).as(embed).hasSize(1);
    }
  }

  @Test
  @DisplayName("36: no state and TASK_STAGING count as staged, TASK_STARTING as nothing")
  void countsStates() {
    // Given
    fixture.tasks.script("/staging", Script.staging());
    fixture.tasks.script("/starting", Script.starting());
    fixture.tasks.script("/running", Script.running());
    for (String id : new String[] {"/staging", "/starting", "/running", "/healthy"}) {
      fixture.create(checked(id));
    }

    // When
    client.awaitDeployed("/healthy");
    client.awaitApp("/running", app -> app.path("tasksRunning").asInt() == 1);
    client.awaitApp(
        "/starting",
        app -> app.path("tasks").path(0).path("state").asText().equals("TASK_STARTING"));
    client.awaitApp("/staging", app -> app.path("tasks").size() == 1);

    // Then
    assertThat(counts("/staging")).isEqualTo("1 0 0 0");
    assertThat(counts("/starting")).isEqualTo("0 0 0 0");
    assertThat(counts("/running")).as("healthy only with a result").isEqualTo("0 1 0 0");
    assertThat(counts("/healthy")).isEqualTo("0 1 1 0");
  }

  private String counts(String id) {
    JsonNode app = client.app(id);
    return app.path("tasksStaged").asInt()
        + " "
        + app.path("tasksRunning").asInt()
        + " "
        + app.path("tasksHealthy").asInt()
        + " "
        + app.path("tasksUnhealthy").asInt();
  }

  @Test
  @DisplayName("a subtree is listed as *, and versions are kept")
  void listsSubtreeAndVersions() {
    // Given
    client.deploy(sleeper("/fob/fn/x/a"));
    fixture.create(sleeper("/fob/fn0"));
    client.put("/v2/apps/fob/fn/x/a", "{\"instances\":2}");

    // When
    JsonNode subtree = client.get("/v2/apps/fob/fn/*").json();
    JsonNode versions = client.get("/v2/apps/fob/fn/x/a/versions").json().path("versions");
    JsonNode old = client.get("/v2/apps/fob/fn/x/a/versions/" + versions.path(1).asText()).json();

    // Then
    assertThat(subtree.path("*")).hasSize(1);
    assertThat(subtree.path("*").path(0).path("id").asText()).isEqualTo("/fob/fn/x/a");
    assertThat(versions).hasSize(2);
    assertThat(old.path("instances").asInt()).isEqualTo(1);
    assertThat(client.get("/v2/apps/none/*").status()).isEqualTo(404);
    assertThat(client.get("/v2/nonsense").status()).isEqualTo(500);
  }
}
