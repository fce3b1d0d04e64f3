package fob.fakemarathon;

import static fob.fakemarathon.Client.checked;
import static fob.fakemarathon.Client.sleeper;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.fakemarathon.Client.Reply;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class GroupsTest {

  private final MarathonFixture fixture = new MarathonFixture();
  private final Client client = fixture.client;

  @AfterEach
  void close() {
    fixture.close();
  }

  private static ObjectNode group(ObjectNode... apps) {
    ObjectNode group = Json.object().put("id", "/g");
    for (ObjectNode app : apps) {
      group.withArray("/apps").add(app);
    }
    return group;
  }

  private void awaitQuiet() {
    Awaitility.await()
        .atMost(Client.DEADLINE)
        .until(() -> client.get("/v2/deployments").json().isEmpty());
  }

  private List<String> taskIds(String app) {
    return client.tasks(app).findValuesAsText("id");
  }

  @Test
  @DisplayName("44: PUT of a group with the same apps restarts nothing; POST of one there is 409")
  void sameAppsRestartNothing() {
    // Given
    Reply created = client.post("/v2/groups", group(checked("a")).toString());
    awaitQuiet();
    List<String> before = taskIds("/g/a");

    // When
    Reply put = client.put("/v2/groups/g", group(checked("a")).toString());
    Reply again = client.post("/v2/groups", group(checked("a")).toString());
    awaitQuiet();

    // Then
    assertThat(created.status()).isEqualTo(201);
    assertThat(put.status()).isEqualTo(200);
    assertThat(before).hasSize(1);
    assertThat(taskIds("/g/a")).isEqualTo(before);
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.message())
        .isEqualTo("Group /g is already created. Use PUT to change this group.");
  }

  @Test
  @DisplayName("44: apps given are the full set: those left out go; apps not given all stay")
  void appsLeftOutGo() {
    // Given
    client.put("/v2/groups/g", group(checked("a"), checked("b")).toString());
    awaitQuiet();

    // When
    client.put("/v2/groups/g", group(checked("a")).toString());
    awaitQuiet();
    client.put("/v2/groups/g", "{}");

    // Then
    assertThat(client.get("/v2/apps/g/b").status()).isEqualTo(404);
    assertThat(client.get("/v2/apps/g/a").status()).isEqualTo(200);
  }

  @Test
  @DisplayName("44: DELETE of a group is 200 or 404, and 409 while locked unless forced")
  void deletes() {
    // Given
    fixture.tasks.script("/g/a", Script.noOffersAtAll());
    client.put("/v2/groups/g", group(checked("a")).toString());

    // When
    Reply locked = client.delete("/v2/groups/g");
    Reply forced = client.delete("/v2/groups/g?force=true");
    Reply unknown = client.delete("/v2/groups/g");

    // Then
    assertThat(locked.status()).isEqualTo(409);
    assertThat(locked.json().path("deployments")).hasSize(1);
    assertThat(forced.status()).isEqualTo(200);
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(client.get("/v2/apps/g/a").status()).isEqualTo(404);
  }

  @Test
  @DisplayName("44: a cycle of dependencies is 422")
  void refusesCycle() {
    // Given
    ObjectNode a = checked("a");
    a.putArray("dependencies").add("/g/b");
    ObjectNode b = checked("b");
    b.putArray("dependencies").add("/g/a");

    // When
    Reply reply = client.put("/v2/groups/g", group(a, b).toString());

    // Then
    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.body()).contains("cyclic dependencies");
  }

  @Test
  @DisplayName("44: a dependant is deployed only after what it depends on is healthy")
  void dependenciesComeFirst() {
    // Given
    fixture.tasks.script("/g/a", Script.running());
    ObjectNode b = checked("b");
    b.putArray("dependencies").add("a");

    // When
    client.put("/v2/groups/g", group(checked("a"), b).toString());
    client.awaitApp("/g/a", app -> app.path("tasksRunning").asInt() == 1);

    // Then
    assertThat(client.tasks("/g/b")).isEmpty();
    fixture.tasks.health("/g/a", true, "");
    awaitQuiet();
    assertThat(client.tasks("/g/b")).hasSize(1);
  }

  @Test
  @DisplayName("a group embeds what is asked for, scales, and tells the steps of a dry run")
  void showsScalesAndPlans() {
    // Given
    client.deploy(sleeper("/fob/fn/x/a"));
    client.deploy(sleeper("/fob/fn/b"));

    // When
    JsonNode plain = client.get("/v2/groups/fob").json();
    JsonNode counts =
        client
            .get("/v2/groups/fob/fn?embed=group.apps&embed=group.apps.counts&embed=group.groups")
            .json();
    Reply dry = client.put("/v2/groups/fob?dryRun=true", "{\"scaleBy\":2}");
    client.put("/v2/groups/fob", "{\"scaleBy\":0}");
    awaitQuiet();

    // Then
    JsonNode fn = plain.path("groups").path(0);
    assertThat(fn.path("apps").path(0).path("id").asText()).isEqualTo("/fob/fn/b");
    assertThat(fn.path("apps").path(0).has("tasksRunning")).isFalse();
    assertThat(fn.path("groups").path(0).path("apps").path(0).path("id").asText())
        .isEqualTo("/fob/fn/x/a");
    assertThat(counts.path("apps").path(0).path("tasksRunning").asInt()).isEqualTo(1);
    assertThat(dry.json().path("steps").path(0).path("actions")).hasSize(2);
    assertThat(client.tasks("/fob/fn/b")).isEmpty();
    assertThat(client.app("/fob/fn/b").path("instances").asInt(-1)).isZero();
  }

  @Test
  @DisplayName("PUT of an array of apps is one deployment, and removes no other app")
  void updatesMany() {
    // Given
    client.deploy(sleeper("/other"));
    String apps = Json.array().add(checked("/a")).add(checked("/b")).toString();

    // When
    Reply reply = client.put("/v2/apps?partialUpdate=false", apps);
    awaitQuiet();

    // Then
    assertThat(reply.status()).isEqualTo(200);
    assertThat(client.get("/v2/apps").json().path("apps")).hasSize(3);
    assertThat(client.put("/v2/apps", "[{\"cmd\":\"sleep 1\"}]").status()).isEqualTo(422);
  }
}
