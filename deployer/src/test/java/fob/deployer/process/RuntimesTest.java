package fob.deployer.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import fob.function.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ordinary programs of other runtimes in a sandbox: one filter of system calls is for all. They are
 * started by a function, so that no driver is needed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RuntimesTest {

  private static final Limits ROOMY = new Limits(Duration.ofMinutes(2), 8, 1024, 1, false, 4000);

  private ProcessTestPlatform tested;

  @BeforeAll
  void start(@TempDir Path logs) throws IOException {
    tested = new ProcessTestPlatform(logs);
  }

  @AfterAll
  void stop() {
    tested.close();
  }

  /** Runs a program of the test's resources and returns what it printed. */
  private String run(String source, String command) throws IOException {
    byte[] bytes = Files.readAllBytes(Path.of("src/test/resources", source));
    return tested
        .runInside(
            """
            import base64, subprocess
            with open('/tmp/%1$s', 'wb') as f:
                f.write(base64.b64decode('%2$s'))
            ended = subprocess.run('%3$s /tmp/%1$s', shell=True, capture_output=True, text=True)
            return ended.stdout + ended.stderr
            """
                .formatted(source, Base64.getEncoder().encodeToString(bytes), command),
            ROOMY)
        .asText();
  }

  @Test
  void ordinaryProgramsOfNodeWork() throws IOException {
    assumeThat(Path.of("/usr/bin/node")).exists();
    assertThat(run("ordinary.mjs", "/usr/bin/node")).isEqualTo("done\n");
  }

  @Test
  void ordinaryProgramsOfAJvmWork() throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin/java");
    assumeThat(java.toString()).startsWith("/usr/");
    for (String collector : new String[] {"-XX:+UseSerialGC", "-XX:+UseG1GC"}) {
      assertThat(run("Ordinary.java", java + " -Xmx256m " + collector))
          .as(collector)
          .isEqualTo("done\n");
    }
  }
}
