package fob.deployer.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftSandboxesTest {

  @TempDir Path folder;

  private Process sandbox(Path runtime) throws IOException {
    Process sandbox =
        new ProcessBuilder(
                "bwrap", "--ro-bind", "/", "/", "--setenv", "X", runtime + "/f1", "sleep", "100")
            .start();
    await().atMost(Duration.ofSeconds(5)).until(() -> sandbox.children().findAny().isPresent());
    return sandbox;
  }

  @Test
  void onlySandboxesOfTheDeadFobEnd() throws Exception {
    // Given
    Process left = sandbox(folder.resolve("fob-01"));
    Process other = sandbox(folder.resolve("fob-012"));
    try {
      // When
      LeftSandboxes.end(folder.resolve("fob-01"));

      // Then
      assertThat(left.waitFor(5, TimeUnit.SECONDS)).isTrue();
      assertThat(other.isAlive()).isTrue();
    } finally {
      left.descendants().forEach(ProcessHandle::destroyForcibly);
      left.destroyForcibly();
      other.descendants().forEach(ProcessHandle::destroyForcibly);
      other.destroyForcibly();
    }
  }
}
