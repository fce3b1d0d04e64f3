package fob.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProblemTest {

  private static String json(Problem problem) {
    return new String(problem.json(), UTF_8);
  }

  @Test
  void itIsProblemJsonWithComponentAndReason() {
    // Given
    Problem problem =
        new Problem(504, "invoker", "no-reply", "no \"reply\" came").with("requestId", "r-1");

    // When
    String json = json(problem);

    // Then
    assertThat(json)
        .isEqualTo(
            "{\"type\":\"urn:fob:no-reply\",\"title\":\"no reply\",\"status\":504,"
                + "\"detail\":\"no \\\"reply\\\" came\",\"component\":\"invoker\","
                + "\"reason\":\"no-reply\",\"requestId\":\"r-1\"}");
  }

  @Test
  void whoMayComeBackIsToldWhen() {
    // When
    Problem problem = Problem.busUnavailable("Kafka is away");

    // Then
    assertThat(problem.status()).isEqualTo(503);
    assertThat(problem.headers()).containsEntry("Retry-After", "2");
    assertThat(json(problem)).contains("\"component\":\"bus\"", "\"detail\":\"Kafka is away\"");
  }

  @Test
  void aCauseWithoutMessageStillMakesADetail() {
    assertThat(json(Problem.ofGateway(400, "bad-request", new IllegalArgumentException())))
        .contains("\"detail\":\"bad-request\"");
  }

  @Test
  void itCostsNoStackTrace() {
    assertThat(Problem.notFound("there is none").getStackTrace()).isEmpty();
  }
}
