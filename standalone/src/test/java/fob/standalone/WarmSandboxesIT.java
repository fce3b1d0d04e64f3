package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Drivers of all languages can wait for their function, and then run it like any other. */
@Timeout(180)
@ExtendWith(SharedFob.class)
class WarmSandboxesIT {

  private static final Duration SOON = Duration.ofSeconds(60);

  private final FobClient fob;

  WarmSandboxesIT(FobClient fob) {
    this.fob = fob;
  }

  @ParameterizedTest
  @ValueSource(strings = {"python", "node", "java", "shell"})
  void functionStartsInAWarmSandboxOnceItsLanguageIsInUse(String language) throws IOException {
    // Given
    String code = add(language);
    registerAndCall(language, code);

    // When / Then: the next function may still be too early
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(registerAndCall(language, code)).contains("in the warm sandbox"));
  }

  /** Returns what the function's log says of its start. */
  private String registerAndCall(String language, String code) {
    String id = fob.register("lang=" + language, code);
    assertThat(fob.call(id, "{\"a\":1,\"b\":2}").text()).isEqualTo("{\"result\":3}");
    String log =
        await()
            .atMost(SOON)
            .until(() -> fob.get("/api/logs/" + id).text(), text -> text.contains("is ready"));
    fob.delete("/api/gen/" + id);
    return log;
  }

  private static String add(String language) throws IOException {
    Path folder = Repository.DRIVERS.resolve(language).resolve("conformance");
    try (Stream<Path> files = Files.list(folder)) {
      return Files.readString(
          files
              .filter(file -> file.getFileName().toString().startsWith("add."))
              .findFirst()
              .orElseThrow());
    }
  }
}
