package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Where fob cannot start it says why, in one line, and ends with exit code 1. */
@Timeout(120)
class StartRefusedIT {

  private static final Duration END = Duration.ofSeconds(30);

  @TempDir Path dir;

  @Test
  void portInUseIsTold() throws IOException {
    // Given
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());

      // When
      try (FobProcess fob = FobProcess.up(dir, dir.resolve("data"), "--port", port)) {

        // Then
        assertRefused(fob, port);
      }
    }
  }

  @Test
  void kafkaPortInUseIsTold() throws IOException {
    // Given
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());

      // When
      try (FobProcess fob = FobProcess.up(dir, dir.resolve("data"), "--kafka-port", port)) {

        // Then
        assertRefused(fob, port, "--kafka-port");
      }
    }
  }

  @Test
  void dataFolderBehindAFileIsTold() throws IOException {
    // Given
    Path data = Files.writeString(dir.resolve("file"), "in the way").resolve("data");

    // When
    try (FobProcess fob = FobProcess.up(dir, data)) {

      // Then
      assertRefused(fob, data.toString(), "--data");
    }
  }

  @Test
  void dataFolderThatCannotBeWrittenIsTold() {
    // Given
    Path data = Path.of("/proc/fob");

    // When
    try (FobProcess fob = FobProcess.up(dir, data)) {

      // Then
      assertRefused(fob, data.toString(), "--data");
    }
  }

  @Test
  @ExtendWith(SharedFob.class)
  void dataFolderOfARunningFobIsTold(SharedFob.Running running) {
    // Given
    Path data = running.folder();

    // When
    try (FobProcess fob = FobProcess.up(dir, data)) {

      // Then
      assertRefused(fob, data.toString(), "in use", "--data");
      assertThat(running.client().get("/readyz").status()).isEqualTo(200);
    }
  }

  private static void assertRefused(FobProcess fob, String... told) {
    assertThat(fob.awaitExit(END)).as(fob.toString()).isEqualTo(1);
    assertThat(fob.err().lines()).as(fob.err()).hasSize(1);
    assertThat(fob.err()).startsWith("fob: ").contains(told).doesNotContain("Exception:", "\tat ");
    assertThat(fob.out()).isEmpty();
  }
}
