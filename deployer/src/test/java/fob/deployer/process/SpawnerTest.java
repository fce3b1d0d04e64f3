package fob.deployer.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fob.service.Loops;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class SpawnerTest {

  private static String keys(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), UTF_8);
  }

  @Test
  void processesHaveANewAndEmptySessionKeyring() throws IOException {
    // Given
    ProcessBuilder list = new ProcessBuilder("cat", "/proc/keys");

    try (Spawner spawner = new Spawner(new Loops())) {
      // When
      String inherited = keys(spawner.start(list));

      // Then: a keyring that was made for a session is called _ses
      assertThat(inherited).containsPattern("keyring +_ses: empty");
    }
  }
}
