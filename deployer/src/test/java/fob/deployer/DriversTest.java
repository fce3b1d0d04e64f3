package fob.deployer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DriversTest {

  @TempDir Path folder;

  private void driver(String language, String template) throws IOException {
    Path directory = Files.createDirectory(folder.resolve(language));
    Files.writeString(directory.resolve("driver.json"), template);
  }

  @Test
  void everyFolderWithATemplateIsALanguage() throws IOException {
    // Given
    driver("python", "{\"args\":[\"python3\",\"-I\"],\"env\":{\"A\":\"1\",\"B\":2},\"cpus\":0.1}");
    driver("node", "{\"args\":[\"node\"]}");
    Files.createDirectory(folder.resolve("notes"));
    Files.writeString(folder.resolve("CONTRACT.md"), "text");

    // When
    Drivers drivers = Drivers.in(folder);

    // Then
    assertThat(drivers.languages()).containsExactly("node", "python");
    Driver python = drivers.get("python").orElseThrow();
    assertThat(python.language()).isEqualTo("python");
    assertThat(python.directory()).isEqualTo(folder.resolve("python").toAbsolutePath());
    assertThat(python.args()).containsExactly("python3", "-I");
    assertThat(python.env()).isEqualTo(Map.of("A", "1", "B", "2"));
    assertThat(python.app().path("cpus").asDouble()).isEqualTo(0.1);
    assertThat(drivers.get("notes")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{|line 1, column",
        "{\"args\":[\"a\"],}|line 1, column",
        "[]|'args' is missing",
        "{}|'args' is missing",
        "{\"args\":[]}|'args' is missing",
        "{\"args\":\"python3 driver.py\"}|'args' is missing",
        "{\"cmd\":\"python3 driver.py\"}|'args' is missing"
      })
  void aTemplateThatIsWrongIsNamedWithWhatIsWrong(String template, String why) throws IOException {
    // Given
    driver("python", template);

    // Then
    assertThatThrownBy(() -> Drivers.in(folder))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(folder.resolve("python").resolve("driver.json") + ": ")
        .hasMessageContaining(why);
  }

  @Test
  void aFolderThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> Drivers.in(folder.resolve("none")))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("there is no folder", "none");
  }

  @Test
  void aFolderWithoutDriversIsRefused() {
    assertThatThrownBy(() -> Drivers.in(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("there is no driver in", "driver.json", folder.toString());
  }
}
