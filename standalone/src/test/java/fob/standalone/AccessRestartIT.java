package fob.standalone;

import static fob.standalone.Problems.assertProblem;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fob.service.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keys and a whole {@code fob up} in a process of its own. */
@Timeout(180)
class AccessRestartIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String ONE = "def callme():\n    return 1";

  @TempDir Path dir;

  @Test
  void keysSurviveARestartAndAreInNoFile() throws IOException {
    // Given
    Path data = dir.resolve("data");
    String admin;
    String caller;
    String gone;
    try (FobProcess fob = FobProcess.up(dir, data);
        FobClient nobody = fob.awaitUp()) {
      admin = Keys.text(nobody, Keys.ADMIN);
      try (FobClient operator = nobody.withKey(admin)) {
        operator.register("name=one", ONE);
        caller = Keys.text(operator, "call", "one");
        Answer made = Keys.make(operator, "{\"name\":\"gone\",\"role\":\"call\"}");
        gone = made.at("/key");
        operator.delete("/api/keys/" + made.at("/id"));
      }
      fob.terminate();
      assertThat(fob.awaitExit(SOON)).isZero();
    }

    // When
    try (FobProcess fob = FobProcess.up(dir, data);
        FobClient nobody = fob.awaitUp();
        FobClient calls = nobody.withKey(caller);
        FobClient revoked = nobody.withKey(gone);
        FobClient operator = nobody.withKey(admin)) {

      // Then
      assertProblem(nobody.get("/api/call/one"), 401, "gateway", "no-key");
      assertThat(calls.get("/api/call/one").text()).isEqualTo("{\"result\":1}");
      assertProblem(revoked.get("/api/call/one"), 401, "gateway", "revoked-key");
      assertThat(operator.get("/api/keys").status()).isEqualTo(200);
      fob.terminate();
      assertThat(fob.awaitExit(SOON)).isZero();
    }
    for (String text : List.of(admin, caller, gone)) {
      String secret = text.substring(text.lastIndexOf('_') + 1);
      assertThat(filesWith(secret)).isEmpty();
      assertThat(filesWith(Sha256.of(text.getBytes(UTF_8))))
          .isNotEmpty()
          .allMatch(file -> file.toString().contains("fob.access-0"));
    }
  }

  private List<Path> filesWith(String text) throws IOException {
    try (Stream<Path> files = Files.walk(dir)) {
      return files.filter(Files::isRegularFile).filter(file -> contains(file, text)).toList();
    }
  }

  private static boolean contains(Path file, String text) {
    try {
      return new String(Files.readAllBytes(file), UTF_8).contains(text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
