package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;

/** What every answer that is no result has in common. */
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

  /** The problem of a call, which can be looked up by its id. */
  static void assertCallProblem(Answer answer, int status, String component, String reason) {
    assertProblem(answer, status, component, reason);
    assertThat(answer.at("/requestId")).isNotEmpty().isEqualTo(answer.header("Fob-Request-Id"));
  }
}
