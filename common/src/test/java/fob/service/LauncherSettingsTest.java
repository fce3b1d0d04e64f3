package fob.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LauncherSettingsTest {

  private static final Pattern VARIABLE = Pattern.compile("FOB_[A-Z][A-Z_]*");

  /** Variables in the launcher that a service or a test reads; the last one is a prefix. */
  private static final Set<String> OF_OTHERS =
      Set.of(
          "FOB_DRIVERS",
          "FOB_PLATFORM",
          "FOB_HOSTS",
          "FOB_LOG",
          "FOB_DOCTOR_FINDINGS",
          "FOB_REQUIRE_");

  @Test
  void everyVariableOfTheLauncherIsKnownToTheServices() throws IOException {
    // Given
    Set<String> inLauncher =
        VARIABLE
            .matcher(Files.readString(Path.of("..", "fob")))
            .results()
            .map(MatchResult::group)
            .collect(Collectors.toSet());
    inLauncher.removeAll(OF_OTHERS);

    // When
    List<String> known = LauncherSettings.read().settings().stream().map(Setting::key).toList();

    // Then
    assertThat(known).containsExactlyInAnyOrderElementsOf(inLauncher);
  }
}
