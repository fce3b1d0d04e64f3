package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;

/** Checks the members that every problem has. */
final class Problems {

  private Problems() {}

  static void assertProblem(Answer answer, int status, String component, String reason) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(answer.at("/status")).isEqualTo(String.valueOf(status));
    assertThat(answer.at("/component")).as(answer.toString()).isEqualTo(component);
    assertThat(answer.at("/reason")).as(answer.toString()).isEqualTo(reason);
    assertThat(answer.at("/type")).isEqualTo("urn:fob:" + reason);
    assertThat(answer.at("/title")).isNotEmpty();
    assertThat(answer.at("/detail")).isNotEmpty();
  }

  /** Checks the problem of a call, which has a request id. */
  static void assertCallProblem(Answer answer, int status, String component, String reason) {
    assertProblem(answer, status, component, reason);
    assertThat(answer.at("/requestId")).isNotEmpty().isEqualTo(answer.header("Fob-Request-Id"));
  }
}
