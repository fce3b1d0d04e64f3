package fob.fakemarathon;

import static fob.fakemarathon.Client.sleeper;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FaultsTest {

  private final MarathonFixture fixture = new MarathonFixture();
  private final Client client = fixture.client;

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void injectsAnswersForSomeRequestsOnly() {
    for (int status : new int[] {403, 409, 500, 502, 503}) {
      // Given
      fixture.marathon.faults().answer("POST /v2/apps", status, 1);

      // When
      int first = fixture.create(sleeper("/a" + status)).status();
      int second = fixture.create(sleeper("/a" + status)).status();

      // Then
      assertThat(first).isEqualTo(status);
      assertThat(second).isEqualTo(201);
    }
  }

  @Test
  void losesTheReplyOfAWriteThatWasApplied() {
    // Given
    fixture.marathon.faults().loseReplies("POST /v2/apps", 1);

    // When
    int status = fixture.create(sleeper("/a")).status();

    // Then
    assertThat(status).as("no answer").isZero();
    assertThat(client.get("/v2/apps/a").status()).isEqualTo(200);
    assertThat(fixture.create(sleeper("/a")).status()).isEqualTo(409);
  }

  @Test
  void losesARequestBeforeItIsApplied() {
    // Given
    fixture.marathon.faults().loseRequests(".* /v2/apps", Faults.ALWAYS);

    // When
    int status = fixture.create(sleeper("/a")).status();
    fixture.marathon.faults().none();

    // Then
    assertThat(status).isZero();
    assertThat(client.get("/v2/apps/a").status()).isEqualTo(404);
  }

  @Test
  void countsRequestsByKind() {
    // When
    client.get("/v2/apps/x/y");
    client.get("/v2/apps/z");
    client.get("/v2/apps/fob/*");
    client.delete("/v2/deployments/1");

    // Then
    assertThat(fixture.marathon.requests())
        .containsEntry("GET /v2/apps/{id}", 2L)
        .containsEntry("GET /v2/apps/{group}/*", 1L)
        .containsEntry("DELETE /v2/deployments/{id}", 1L)
        .hasSize(3);
  }
}
