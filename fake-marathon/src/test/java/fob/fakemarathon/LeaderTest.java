package fob.fakemarathon;

import static fob.fakemarathon.Client.checked;
import static fob.fakemarathon.Client.sleeper;
import static org.assertj.core.api.Assertions.assertThat;

import fob.fakemarathon.Client.Reply;
import java.net.URI;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LeaderTest {

  private final MarathonFixture fixture =
      new MarathonFixture(new MarathonOptions().maxConcurrentRequests(2));
  private final MarathonFixture standby =
      new MarathonFixture(new MarathonOptions().leaderPatience(Duration.ofMillis(20)));
  private final Client client = fixture.client;

  @AfterEach
  void close() {
    standby.close();
    fixture.close();
  }

  @Test
  @DisplayName("42: a standby sends readers of events to the leader with 302 and proxies the rest")
  void standbyProxies() {
    // Given
    standby.marathon.followLeader(fixture.marathon.url());

    // When
    Reply events =
        standby.client.send("GET", "/v2/events?event_type=x", "", "Accept", "text/event-stream");
    Reply created = standby.create(sleeper("/a"));

    // Then
    assertThat(events.status()).isEqualTo(302);
    assertThat(events.header("Location"))
        .isEqualTo(fixture.marathon.url() + "/v2/events?event_type=x");
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.header("X-Marathon-Leader")).isEqualTo(fixture.marathon.url().toString());
    assertThat(created.header("Marathon-Deployment-Id")).isNotEmpty();
    assertThat(client.get("/v2/apps/a").status()).isEqualTo(200);
  }

  @Test
  @DisplayName("42: a loop, a leader that refuses, and no leader are 502")
  void standbyFails() {
    // When
    standby.marathon.followLeader(null);
    Reply none = standby.client.get("/v2/apps");
    standby.marathon.followLeader(URI.create("http://127.0.0.1:1"));
    Reply refused = standby.client.get("/v2/apps");
    standby.marathon.followLeader(fixture.marathon.url());
    fixture.marathon.followLeader(standby.marathon.url());
    Reply loop = standby.client.get("/v2/apps");
    standby.marathon.lead();

    // Then
    assertThat(none.status()).isEqualTo(502);
    assertThat(none.message()).isEqualTo("Could not determine the current leader");
    assertThat(refused.status()).isEqualTo(502);
    assertThat(loop.status()).isEqualTo(502);
    assertThat(loop.message()).contains("loop");
    assertThat(standby.client.get("/v2/apps").status()).isEqualTo(200);
  }

  @Test
  @DisplayName("43: more concurrent requests than allowed are 503")
  void limitsConcurrency() throws InterruptedException {
    // Given
    try (Faults.Hold _ = fixture.marathon.faults().hold("GET /v2/apps")) {
      Thread one = Thread.ofVirtual().start(() -> client.get("/v2/apps"));
      Thread two = Thread.ofVirtual().start(() -> client.get("/v2/apps"));
      Awaitility.await()
          .until(() -> fixture.marathon.requests().getOrDefault("GET /v2/apps", 0L) == 2);

      // When
      Awaitility.await().until(() -> client.get("/ping").status() == 503);
      fixture.marathon.faults().none();

      // Then
      one.join();
      two.join();
      Awaitility.await().until(() -> client.get("/ping").status() == 200);
    }
  }

  @Test
  @DisplayName("43: ping is pong as text, \"pong\" as JSON, and 204 for anything else")
  void pings() {
    // When
    Reply any = client.send("GET", "/ping", "", "Accept", "*/*");
    Reply text = client.send("GET", "/ping", "", "Accept", "text/plain");
    Reply json = client.send("GET", "/ping", "", "Accept", "application/json");
    Reply image = client.send("GET", "/ping", "", "Accept", "image/png");

    // Then
    assertThat(any.body()).isEqualTo("pong");
    assertThat(any.header("Content-Type")).startsWith("text/plain");
    assertThat(text.body()).isEqualTo("pong");
    assertThat(json.body()).isEqualTo("\"pong\"");
    assertThat(image.status()).isEqualTo(204);
  }

  @Test
  @DisplayName("a new leader knows no health for a while; the tasks stay")
  void leaderSwitchHidesHealth() {
    // Given
    client.deploy(checked("/a"));
    try (EventLog events = fixture.events()) {

      // When
      fixture.marathon.switchLeader();
      events.awaitEnd();
      int healthy = client.app("/a").path("tasksHealthy").asInt();
      int results = client.tasks("/a").path(0).path("healthCheckResults").size();
      fixture.marathon.restoreHealth();

      // Then
      assertThat(healthy).isZero();
      assertThat(results).isZero();
      assertThat(client.app("/a").path("tasksHealthy").asInt()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("info and leader say who leads")
  void tellsLeader() {
    // When
    Reply info = client.get("/v2/info");
    Reply leader = client.get("/v2/leader");

    // Then
    assertThat(info.json().path("version").asText()).isEqualTo("1.11.24");
    assertThat(info.json().path("marathon_config").path("mesos_role").asText()).isEqualTo("*");
    assertThat(leader.json().path("leader").asText())
        .isEqualTo(fixture.marathon.url().getAuthority());
  }
}
