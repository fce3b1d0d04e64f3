package fob.deployer.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.function.FunctionId;
import fob.function.Instance;
import fob.function.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A function that prints without end. */
class OutputFloodTest {

  private static final long MIB = 1 << 20;

  /** Prints 16 MiB, past the driver. */
  private static final String FLOOD =
      """
      import os
      LINES = (b"x" * 63 + b"\\n") * 1024
      def callme():
          for _ in range(256):
              os.write(2, LINES)
      """;

  @Test
  void theLogTakesABurstAndThenSoMuchASecondAndSaysWhatIsMissing(@TempDir Path logs)
      throws IOException {
    try (ProcessTestPlatform tested = new ProcessTestPlatform(logs)) {
      // Given
      FunctionId id = tested.deploy(FLOOD, new Limits(Duration.ofMinutes(2), 2, 128, 1, false));
      Instance instance = tested.awaitReady(id);
      long begin = System.nanoTime();

      // When
      await()
          .atMost(Duration.ofSeconds(100))
          .until(() -> {
            tested.call(instance, "{}");
            return log(tested, id).matches("(?s).* - fob: [0-9]+ bytes are left out here: .*");
          });

      // Then
      double seconds = (System.nanoTime() - begin) / 1e9;
      assertThat(tested.loggedBytes(id))
          .isBetween(8 * MIB - 100_000, (long) ((8 + seconds + 1) * MIB));
    }
  }

  /** Returns both files of the log. */
  private static String log(ProcessTestPlatform tested, FunctionId id) throws IOException {
    Path newer = tested.logFile(id);
    Path older = newer.resolveSibling(newer.getFileName() + ".1");
    return (Files.exists(older) ? Files.readString(older) : "") + Files.readString(newer);
  }
}
