package fob.standalone;

import static fob.standalone.Problems.assertCallProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Functions that fail: callers get the kind of failure, and other calls are not affected. */
@Timeout(120)
@ExtendWith(SharedFob.class)
class BadFunctionIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  private final FobClient fob;

  BadFunctionIT(FobClient fob) {
    this.fob = fob;
  }

  @Test
  void exceptionIsToldWithItsTypeAndTheUsersOwnLines() {
    // Given
    String id =
        fob.register(
            "",
            """
            def wing(x):
                raise ValueError(f"no bird {x} é")
            def callme(x):
                return wing(x)
            """);

    // When
    Answer answer = fob.get("/api/call/" + id + "?x:7");

    // Then
    assertCallProblem(answer, 500, "function", "function-error");
    assertThat(answer.at("/detail")).isEqualTo("ValueError: no bird 7 é");
    assertThat(answer.at("/error/type")).isEqualTo("ValueError");
    assertThat(answer.json().at("/error/stack").toString())
        .contains("line 4, in callme", "line 2, in wing", "raise ValueError")
        .doesNotContain("fobdriver", "/fob/");
  }

  @Test
  void sysExitIsAnExceptionLikeAnyOther() {
    // Given
    String id =
        fob.register(
            "concurrency=1",
            """
            import sys
            def callme(how="ok"):
                if how == "exit":
                    sys.exit(3)
                return how
            """);

    // When
    Answer answer = fob.get("/api/call/" + id + "?how:exit");

    // Then
    assertCallProblem(answer, 500, "function", "function-error");
    assertThat(answer.at("/error/type")).isEqualTo("SystemExit");
    assertThat(fob.get("/api/call/" + id).text()).isEqualTo("{\"result\":\"ok\"}");
  }

  @Test
  void resultThatIsNotJsonIsToldWithItsPlace() {
    // Given
    String id = fob.register("", "def callme():\n    return {'a': [1, {2}]}\n");

    // When
    Answer answer = fob.get("/api/call/" + id);

    // Then
    assertCallProblem(answer, 500, "function", "function-error");
    assertThat(answer.at("/error/reason")).isEqualTo("result-not-json");
    assertThat(answer.at("/error/type")).isEqualTo("set");
    assertThat(answer.at("/error/where")).isEqualTo("result['a'][1]");
  }

  @Test
  void resultOverTheLimitIsToldWithTheLimit() {
    // Given
    String id = fob.register("", "def callme(n):\n    return 'x' * int(n)\n");

    // When
    Answer answer = fob.get("/api/call/" + id + "?n:1048577");
    Answer large = fob.get("/api/call/" + id + "?n:1048000");

    // Then
    assertCallProblem(answer, 500, "function", "too-large");
    assertThat(answer.at("/error/limit")).isEqualTo("1048576");
    assertThat(large.status()).isEqualTo(200);
  }

  @Test
  void functionThatEndsItsProcessIsStartedAgainAndItsStatusSaysWhy() {
    // Given
    String id =
        fob.register(
            "",
            """
            import os, time
            def callme(how="ok"):
                if how == "exit":
                    os._exit(3)
                return how
            """);
    endUntilTheRestartIsDelayed(id, "?how:exit", "");

    // When
    Answer answer = fob.get("/api/call/" + id + "?how:exit");

    // Then
    assertCallProblem(answer, 502, "platform", "unreachable");
    awaitNote(id, "restarting: the process ended by itself with exit code 3");
    assertThat(fob.get("/api/call/" + id).text()).isEqualTo("{\"result\":\"ok\"}");
  }

  @Test
  void functionOverItsMemoryIsEndedAndStartedAgainAndItsStatusSaysWhy() {
    // Given
    String id =
        fob.register(
            "memory=48",
            """
            def callme(mib=1):
                return len(bytearray(int(mib) << 20)) >> 20
            """);

    endUntilTheRestartIsDelayed(id, "?mib:500", "");

    // When
    Answer answer = fob.get("/api/call/" + id + "?mib:500");

    // Then
    if (answer.status() == 500) {
      // Without a control group each process is bounded, and Python can tell.
      assertThat(answer.at("/error/type")).isEqualTo("MemoryError");
    } else {
      assertCallProblem(answer, 502, "platform", "unreachable");
      awaitNote(
          id,
          "restarting: it was killed: out of its 48 MiB of memory; if it needs more memory, register it"
              + " with memory=96");
    }
    assertThat(fob.get("/api/call/" + id).text()).isEqualTo("{\"result\":1}");
  }

  private void awaitNote(String id, String note) {
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(() -> assertThat(fob.get("/api/meta/" + id).at("/note")).isEqualTo(note));
  }

  /** Ends instances until a restart is delayed; the first restart is too quick to be observed. */
  private void endUntilTheRestartIsDelayed(String id, String end, String ok) {
    for (int i = 0; i < 3; i++) {
      fob.get("/api/call/" + id + end);
      fob.get("/api/call/" + id + ok);
    }
  }
}
