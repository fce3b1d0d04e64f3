package fob.deployer.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CpuTimesTest {

  private final CpuTimes times = new CpuTimes(Path.of("/proc"));

  @Test
  void timeOfChildrenCounts() throws IOException {
    // Given a shell that waits for a child that computes
    Process shell = new ProcessBuilder("sh", "-c", "sh -c 'while :; do :; done'; :").start();
    try {
      // Then
      await().until(() -> times.of(shell.pid()).compareTo(Duration.ofMillis(200)) > 0);
    } finally {
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
      shell.destroyForcibly();
    }
  }

  @Test
  void processThatHasEndedUsesNothing() throws Exception {
    // Given
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();

    // Then
    assertThat(times.of(ended.pid())).isZero();
  }
}
