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

  @Test
  void aLanguageFileSaysHowCodeIsRecognisedAndWhatTheLanguageNeeds() throws IOException {
    // Given
    driver("shell", "{\"args\":[\"sh\"]}");
    Files.writeString(
        folder.resolve("shell/language.json"),
        """
        {"extensions": [".sh"], "shebang": "(ba)?sh", "install": ["sh", "/fob/driver/install"],
         "settings": ["FOB_X"], "requires": ["/bin/sh", "/bin/no-such-shell"],
         "debian": ["dash", "bash"], "test": ["sh", "-c", "true"]}
        """);

    // When
    LanguageFile file = Drivers.in(folder).get("shell").orElseThrow().file();

    // Then
    assertThat(file.language().extensions()).containsExactly(".sh");
    assertThat(file.language().hasShebangOf("#!/usr/bin/env bash\n")).isTrue();
    assertThat(file.install()).containsExactly("sh", "/fob/driver/install");
    assertThat(file.settings()).containsExactly("FOB_X");
    assertThat(file.requires()).containsExactly("/bin/sh", "/bin/no-such-shell");
    assertThat(file.debian()).containsExactly("dash", "bash");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{|line 1, column",
        "{\"signs\":\"a\"}|'signs' must be a list of texts",
        "{\"signs\":[1]}|'signs' must be a list of texts",
        "{\"signs\":[\"(\"]}|'(' is no regular expression of RE2: missing closing )",
        "{\"shebang\":[\"a\"]}|'shebang' must be a text"
      })
  void aLanguageFileThatIsWrongIsNamedWithWhatIsWrong(String text, String why) throws IOException {
    // Given
    driver("python", "{\"args\":[\"python3\"]}");
    Files.writeString(folder.resolve("python/language.json"), text);

    // Then
    assertThatThrownBy(() -> Drivers.in(folder))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(folder.resolve("python").resolve("language.json") + ": ")
        .hasMessageContaining(why);
  }
}
