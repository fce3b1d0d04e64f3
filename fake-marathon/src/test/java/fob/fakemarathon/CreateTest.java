package fob.fakemarathon;

import static fob.fakemarathon.Client.checked;
import static fob.fakemarathon.Client.sleeper;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.fakemarathon.Client.Reply;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CreateTest {

  private final MarathonFixture fixture = new MarathonFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  private static String path(Reply reply) {
    return reply.json().path("details").path(0).path("path").asText();
  }

  private static String error(Reply reply) {
    return reply.json().path("details").path(0).path("errors").path(0).asText();
  }

  @Test
  @DisplayName("1: POST of a valid app is 201 with its deployment and counts of 0")
  void creates() {
    // When
    Reply reply = fixture.create(sleeper("/a"));

    // Then
    JsonNode app = reply.json();
    assertThat(reply.status()).isEqualTo(201);
    assertThat(app.path("deployments")).hasSize(1);
    assertThat(reply.header("Marathon-Deployment-Id"))
        .isEqualTo(app.path("deployments").path(0).path("id").asText());
    for (String count : new String[] {"Staged", "Running", "Healthy", "Unhealthy"}) {
      assertThat(app.path("tasks" + count).asInt(-1)).as(count).isZero();
    }
    assertThat(app.has("tasks")).isFalse();
    assertThat(reply.header("Location")).isEqualTo("/a");
  }

  @Test
  @DisplayName("2: the 201 has the request's time as version, defaults, and Marathon's role")
  void fillsIn() {
    // Given
    try (MarathonFixture own = new MarathonFixture(new MarathonOptions().mesosRole("prod"))) {
      Instant before = Instant.now().minusMillis(1);

      // When
      JsonNode app = own.create(sleeper("/a")).json();

      // Then
      assertThat(Instant.parse(app.path("version").asText()))
          .isBetween(before, Instant.now().plusSeconds(1));
      assertThat(app.path("upgradeStrategy").path("minimumHealthCapacity").asInt()).isEqualTo(1);
      assertThat(app.path("upgradeStrategy").path("maximumOverCapacity").asInt()).isEqualTo(1);
      assertThat(app.path("role").asText()).isEqualTo("prod");
    }
  }

  @Test
  @DisplayName("3: POST twice is 409 'An app with id [/a] already exists.'")
  void refusesTwice() {
    // Given
    fixture.create(sleeper("/a"));

    // When
    Reply reply = fixture.create(sleeper("/a"));

    // Then
    assertThat(reply.status()).isEqualTo(409);
    assertThat(reply.message()).isEqualTo("An app with id [/a] already exists.");
    assertThat(reply.json().has("deployments")).isFalse();
  }

  @Test
  @DisplayName("4: malformed JSON is 400 with details that are a string")
  void refusesMalformed() {
    // When
    Reply reply = fixture.create("{\"id\":");

    // Then
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.message()).isEqualTo("Invalid JSON");
    assertThat(reply.json().path("details").isTextual()).isTrue();
  }

  @Test
  @DisplayName("5: an empty body is 400 'Please specify data in JSON format'")
  void refusesEmpty() {
    // When
    Reply reply = fixture.create("");

    // Then
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.message()).isEqualTo("Please specify data in JSON format");
  }

  @Test
  @DisplayName("6: a number as id is 422 'Invalid JSON' at /id")
  void refusesNumberAsId() {
    // When
    Reply reply = fixture.create("{\"id\":123,\"cmd\":\"sleep 1\"}");

    // Then
    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.message()).isEqualTo("Invalid JSON");
    assertThat(path(reply)).isEqualTo("/id");
    assertThat(error(reply)).isEqualTo("error.expected.jsstring");
  }

  @Test
  @DisplayName("7: an app without cmd, args and container is 422 at /")
  void refusesNothingToRun() {
    // When
    Reply reply = fixture.create("{\"id\":\"/a\"}");

    // Then
    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.message()).isEqualTo("Object is not valid");
    assertThat(path(reply)).isEqualTo("/");
  }

  @Test
  @DisplayName("8: instances 0.1 and negative resources are 422")
  void refusesWrongNumbers() {
    // When
    Reply fraction = fixture.create(sleeper("/a").put("instances", 0.1));
    Reply negative = fixture.create(sleeper("/a").put("mem", -1));

    // Then
    assertThat(fraction.status()).isEqualTo(422);
    assertThat(path(fraction)).isEqualTo("/instances");
    assertThat(negative.status()).isEqualTo(422);
    assertThat(path(negative)).isEqualTo("/mem");
  }

  private static ObjectNode oldBridge() {
    ObjectNode app = Json.object().put("id", "/a");
    ObjectNode docker = app.withObject("/container/docker");
    docker.put("image", "busybox").put("network", "BRIDGE");
    docker.putArray("portMappings").addObject().put("containerPort", 8080);
    return app;
  }

  @Test
  @DisplayName("9: docker BRIDGE from before 1.5 is accepted and answered as networks")
  void rewritesOldForm() {
    // When
    Reply reply = fixture.create(oldBridge());

    // Then
    JsonNode app = reply.json();
    assertThat(reply.status()).isEqualTo(201);
    assertThat(app.path("networks").path(0).path("mode").asText()).isEqualTo("container/bridge");
    assertThat(app.path("container").path("portMappings").path(0).path("hostPort").asInt(-1))
        .isZero();
    assertThat(app.path("container").path("docker").has("network")).isFalse();
    assertThat(app.path("container").path("docker").has("portMappings")).isFalse();
  }

  @Test
  @DisplayName("10: docker.network and networks together are 422")
  void refusesMixedForms() {
    // Given
    ObjectNode app = oldBridge();
    app.putArray("networks").addObject().put("mode", "host");

    // When
    Reply reply = fixture.create(app);

    // Then
    assertThat(reply.status()).isEqualTo(422);
    assertThat(error(reply))
        .isEqualTo("must not specify both container.docker.network and networks");
  }

  @Test
  @DisplayName("11: duplicate port names are 422 at /container/portMappings")
  void refusesDuplicatePortNames() {
    // Given
    ObjectNode app = checked("/a");
    app.withArray("/container/portMappings").removeAll();
    for (int port : new int[] {80, 81}) {
      app.withArray("/container/portMappings")
          .addObject()
          .put("containerPort", port)
          .put("name", "http");
    }

    // When
    Reply reply = fixture.create(app);

    // Then
    assertThat(reply.status()).isEqualTo(422);
    assertThat(path(reply)).isEqualTo("/container/portMappings");
    assertThat(error(reply)).isEqualTo("Port names must be unique.");
  }

  @Test
  @DisplayName("12: illegal characters and reserved last segments of ids are 422")
  void checksIds() {
    for (String id :
        new String[] {"/A", "/a_b", "/-a", "/a-", "/a/restart", "/tasks", "/versions"}) {
      // When
      Reply reply = fixture.create(sleeper(id));

      // Then
      assertThat(reply.status()).as(id).isEqualTo(422);
      assertThat(path(reply)).as(id).isEqualTo("/id");
    }
    for (String id : new String[] {"/restart/a", "/a.b-c/d0", "/tasks/x"}) {
      assertThat(fixture.create(sleeper(id)).status()).as(id).isEqualTo(201);
    }
  }

  @Test
  @DisplayName("13: a relative id becomes absolute")
  void makesIdsAbsolute() {
    // When
    Reply reply = fixture.create(sleeper("g/a"));

    // Then
    assertThat(reply.json().path("id").asText()).isEqualTo("/g/a");
    assertThat(fixture.client.get("/v2/apps/g/a").status()).isEqualTo(200);
    assertThat(fixture.client.get("/v2/groups/g").status()).isEqualTo(200);
  }

  @Test
  @DisplayName("14: acceptedResourceRoles may hold * and the role; others are 422")
  void checksRoles() {
    try (MarathonFixture own =
        new MarathonFixture(new MarathonOptions().mesosRole("slave_public"))) {
      // Given
      ObjectNode allowed = sleeper("/a");
      allowed.putArray("acceptedResourceRoles").add("slave_public").add("*");
      ObjectNode foreign = sleeper("/b");
      foreign.putArray("acceptedResourceRoles").add("other");

      // When
      Reply accepted = own.create(allowed);
      Reply refused = own.create(foreign);

      // Then
      assertThat(accepted.status()).isEqualTo(201);
      assertThat(refused.status()).isEqualTo(422);
      assertThat(error(refused))
          .isEqualTo("acceptedResourceRoles can only contain * and slave_public");
    }
  }

  @Test
  @DisplayName("15: secrets are 422 while the feature is off")
  void refusesSecretsWithoutTheFeature() {
    // Given
    ObjectNode app = sleeper("/a");
    app.withObject("/secrets/s").put("source", "fob/s");
    app.withObject("/env/PASSWORD").put("secret", "s");

    // When
    Reply off = fixture.create(app);
    Reply on;
    try (MarathonFixture enterprise = new MarathonFixture(new MarathonOptions().secrets(true))) {
      on = enterprise.create(app);
    }

    // Then
    assertThat(off.status()).isEqualTo(422);
    assertThat(error(off)).contains("Feature secrets is not enabled");
    assertThat(on.status()).isEqualTo(201);
  }
}
