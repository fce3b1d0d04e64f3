package fob.fakemarathon;

import static fob.fakemarathon.Client.sleeper;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fob.fakemarathon.Client.Reply;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class QueueTest {

  private final MarathonFixture fixture =
      new MarathonFixture(new MarathonOptions().offerInterval(java.time.Duration.ofMillis(20)));
  private final Client client = fixture.client;

  @AfterEach
  void close() {
    fixture.close();
  }

  private JsonNode awaitDelayed(String id) {
    Awaitility.await()
        .atMost(Client.DEADLINE)
        .until(() -> client.queued(id).path("delay").path("timeLeftSeconds").asLong() > 0);
    return client.queued(id);
  }

  private static String failing(String id, int instances) {
    return sleeper(id).put("backoffSeconds", 1000).put("instances", instances).toString();
  }

  @Test
  @DisplayName("37: an app that no offer fits is queued with its count, overdue, and the reason")
  void waitsForOffers() {
    // Given
    fixture.tasks.script("/a", Script.neverOffered("InsufficientMemory"));

    // When
    fixture.create(sleeper("/a").put("instances", 3));
    Awaitility.await()
        .atMost(Client.DEADLINE)
        .until(() ->
            client.queued("/a").path("processedOffersSummary").path("unusedOffersCount").asInt()
                > 1);

    // Then
    JsonNode item = client.queued("/a");
    assertThat(item.path("count").asInt()).isEqualTo(3);
    assertThat(item.path("delay").path("overdue").asBoolean()).isTrue();
    assertThat(item.path("delay").path("timeLeftSeconds").asLong()).isZero();
    JsonNode summary = item.path("processedOffersSummary");
    assertThat(declined(summary.path("rejectSummaryLaunchAttempt")))
        .containsExactly("InsufficientMemory");
    fixture.tasks.script("/a", Script.healthy());
    client.awaitDeployed("/a");
    assertThat(client.queued("/a").isMissingNode()).as("what is launched has left").isTrue();
  }

  private static List<String> declined(JsonNode rejects) {
    return rejects
        .valueStream()
        .filter(reject -> reject.path("declined").asInt() > 0)
        .map(reject -> reject.path("reason").asText())
        .toList();
  }

  @Test
  @DisplayName("37: an app that gets no offers at all is queued with no processed offers")
  void waitsWithoutOffers() {
    // Given
    fixture.tasks.script("/a", Script.noOffersAtAll());

    // When
    fixture.create(sleeper("/a"));

    // Then
    JsonNode item = client.queued("/a");
    assertThat(item.path("processedOffersSummary").path("processedOffersCount").asInt(-1)).isZero();
    assertThat(item.path("delay").path("overdue").asBoolean()).isTrue();
  }

  @Test
  @DisplayName("37: after a crash an app waits for its backoff and is not overdue")
  void waitsForBackoff() {
    // Given
    fixture.tasks.script("/a", Script.failing(1, "TASK_FAILED", "crash"));

    // When
    client.post("/v2/apps", failing("/a", 1));

    // Then
    JsonNode delay = awaitDelayed("/a").path("delay");
    assertThat(delay.path("timeLeftSeconds").asLong()).isBetween(900L, 1000L);
    assertThat(delay.path("overdue").asBoolean()).isFalse();
  }

  @Test
  @DisplayName("38: DELETE of a delay is 204 and launches at once, and 404 when unknown")
  void resetsDelay() {
    // Given
    fixture.tasks.script("/a", Script.failing(1, "TASK_FAILED", "crash"));
    client.post("/v2/apps", failing("/a", 1));
    awaitDelayed("/a");

    // When
    Reply reply = client.delete("/v2/queue/a/delay");
    Reply unknown = client.delete("/v2/queue/b/delay");

    // Then
    assertThat(reply.status()).isEqualTo(204);
    client.awaitDeployed("/a");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.message()).isEqualTo("Application /b not found in tasks queue.");
  }

  @Test
  @DisplayName("39: scaling does not reset a backoff, a change of configuration does")
  void configChangeResetsBackoff() {
    // Given
    fixture.tasks.script("/a", Script.failing(1, "TASK_FAILED", "crash"));
    client.post("/v2/apps", failing("/a", 1));
    awaitDelayed("/a");

    // When
    client.put("/v2/apps/a?force=true", "{\"instances\":2}");
    JsonNode scaled = client.queued("/a");
    client.put("/v2/apps/a?force=true", "{\"cmd\":\"sleep 2000\"}");

    // Then
    assertThat(scaled.path("count").asInt()).isEqualTo(2);
    assertThat(scaled.path("delay").path("timeLeftSeconds").asLong()).isPositive();
    client.awaitDeployed("/a");
  }

  @Test
  @DisplayName("39: a backoff grows with every failure, to a maximum")
  void backoffGrows() {
    // Given
    Backoff backoff = new Backoff();
    JsonNode spec =
        Json.object()
            .put("backoffSeconds", 2)
            .put("backoffFactor", 3)
            .put("maxLaunchDelaySeconds", 10);
    java.util.List<Long> seconds = new java.util.ArrayList<>();

    // When
    for (int i = 0; i < 4; i++) {
      backoff.failed(spec, 0);
      seconds.add(backoff.left(0).toSeconds());
    }

    // Then
    assertThat(seconds).containsExactly(2L, 6L, 10L, 10L);
  }
}
