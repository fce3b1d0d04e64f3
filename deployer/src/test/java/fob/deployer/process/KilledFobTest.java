package fob.deployer.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.service.Loops;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledFobTest {

  @Test
  void nothingOfAKilledFobLivesOnAndTheNextOneRemovesItsFiles(@TempDir Path logs) throws Exception {
    // Given
    Path parent = Files.createTempDirectory("fobtest");
    Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxr-xr-x"));
    Process jvm = start(parent);
    List<String> function = List.of(firstLine(jvm));
    try (ProcessTestPlatform living = new ProcessTestPlatform(ProcessConfig.of(parent, logs))) {
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() ->
              assertThat(ProcessTestPlatform.processes(parent, function))
                  .anyMatch(line -> line.contains("sleep")));
      assertThat(runtimeDirectories(parent))
          .hasSize(2); // the directory of a running fob is left alone

      List<Long> helpers = Helpers.below(jvm.toHandle());
      assertThat(helpers)
          .hasSize(living.platform.isolation().contains("a network of its own") ? 1 : 0);

      // When
      jvm.destroyForcibly().waitFor();

      // Then
      await()
          .atMost(Duration.ofSeconds(5))
          .untilAsserted(
              () -> assertThat(ProcessTestPlatform.processes(parent, function)).isEmpty());
      await()
          .untilAsserted(
              () -> assertThat(helpers).noneMatch(id -> ProcessHandle.of(id).isPresent()));
      ProcessContext next = ProcessContext.start(ProcessConfig.of(parent, logs), new Loops());
      assertThat(runtimeDirectories(parent)).hasSize(2).contains(next.runtime().name());
      next.close();
      assertThat(living.platform.deployed()).isEmpty();
    } finally {
      jvm.destroyForcibly();
    }
  }

  private static Process start(Path parent) throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            KilledFob.class.getName(),
            parent.toString(),
            ProcessTestPlatform.DRIVERS.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String firstLine(Process jvm) throws IOException {
    BufferedReader reader = jvm.inputReader(StandardCharsets.UTF_8);
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      if (line.matches("[0-9a-f-]{36}")) {
        return line;
      }
    }
    throw new IOException("the JVM ended before its function was ready");
  }

  private static List<String> runtimeDirectories(Path parent) throws IOException {
    try (Stream<Path> entries = Files.list(parent)) {
      return entries
          .map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith("fob-"))
          .toList();
    }
  }
}
