package fob.deployer.local;

import static org.assertj.core.api.Assertions.assertThat;

import fob.deployer.EndReason;
import fob.deployer.Ending;
import fob.function.Limits;
import java.util.List;
import org.junit.jupiter.api.Test;

class InstanceEndTest {

  private static Ending why(int exitCode, boolean outOfMemory) {
    return InstanceEnd.of(
            new SandboxExit.Code(exitCode, outOfMemory, false), Limits.DEFAULT, List.of())
        .why();
  }

  private static String reason(int exitCode, boolean outOfMemory) {
    return why(exitCode, outOfMemory).text();
  }

  @Test
  void eachEndHasItsClassOfTheMetric() {
    assertThat(why(3, false).reason()).isEqualTo(EndReason.EXIT);
    assertThat(why(75, false).reason()).isEqualTo(EndReason.TIMEOUT);
    assertThat(why(76, false).reason()).isEqualTo(EndReason.UNHEALTHY);
    assertThat(why(137, true).reason()).isEqualTo(EndReason.OUT_OF_MEMORY);
    assertThat(why(137, false).reason()).isEqualTo(EndReason.SIGNAL);
    assertThat(why(139, false).reason()).isEqualTo(EndReason.SIGNAL);
    assertThat(why(142, false).reason()).isEqualTo(EndReason.TIMEOUT);
    assertThat(InstanceEnd.notStarted("no such file").why().reason())
        .isEqualTo(EndReason.NOT_STARTED);
  }

  @Test
  void reasonsAreForPeople() {
    assertThat(reason(3, false)).isEqualTo("the process ended by itself with exit code 3");
    assertThat(reason(76, false)).startsWith("its driver could serve no more");
    assertThat(reason(75, false)).isEqualTo("a call did not end within its timeout of 30s");
    assertThat(reason(137, true))
        .isEqualTo(
            "it was killed: out of its 128 MiB of memory; if it needs more memory, register it with"
                + " memory=256");
    assertThat(reason(137, false)).contains("signal 9", "perhaps", "128 MiB");
    assertThat(reason(139, false)).contains("signal 11 (segmentation fault)");
    assertThat(reason(142, false)).contains("held the interpreter", "30s");
  }

  @Test
  void whoeverReachedABoundHearsHowToRaiseIt() {
    assertThat(reason(137, false)).endsWith("register it with memory=256");
    assertThat(reason(1, true)).contains("exit code 1").endsWith("register it with memory=256");
    assertThat(
            InstanceEnd.of(new SandboxExit.Code(1, false, true), Limits.DEFAULT, List.of())
                .why()
                .text())
        .contains("used up its 80 processes and threads")
        .endsWith("register it with concurrency=16");
  }

  @Test
  void lastWordsAreQuoted() {
    assertThat(
            InstanceEnd.of(new SandboxExit.Code(1, false, false), Limits.DEFAULT, List.of("a", "b"))
                .inFull())
        .endsWith("exit code 1; its log ends: a | b");
  }
}
