package fob.deployer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostProgramsTest {

  @TempDir Path folder;

  private String missing(String languageFile) throws IOException {
    Path shell = Files.createDirectories(folder.resolve("shell"));
    Files.writeString(shell.resolve("driver.json"), "{\"args\":[\"sh\"]}");
    Files.writeString(shell.resolve("language.json"), languageFile);
    Files.writeString(shell.resolve("marker"), "");
    return HostPrograms.missingFor(Drivers.in(folder).get("shell").orElseThrow());
  }

  @Test
  void nothingIsMissingIfTheProgramsAreThereAndTheCheckSucceeds() throws IOException {
    assertThat(missing("{}")).isEmpty();
    assertThat(
            missing(
                """
                {"requires": ["/bin/sh"], "check": ["/bin/sh", "-c", "echo fine; test -e marker"]}
                """))
        .isEmpty();
  }

  @Test
  void missingProgramsAreNamedWithThePackagesThatHaveThem() throws IOException {
    assertThat(
            missing(
                """
                {"requires": ["/bin/sh", "/bin/no-a", "/bin/no-b"], "debian": ["dash", "bash"]}
                """))
        .isEqualTo("/bin/no-a is missing, /bin/no-b is missing (apt-get install dash bash)");
  }

  @Test
  void aCheckThatFailsSaysWhatIsMissing() throws IOException {
    assertThat(
            missing(
                """
                {"check": ["/bin/sh", "-c", "echo one; echo there is no X >&2; exit 1"],
                 "debian": ["x"]}
                """))
        .isEqualTo("there is no X (apt-get install x)");
    assertThat(missing("{\"check\": [\"/bin/sh\", \"-c\", \"exit 3\"]}"))
        .isEqualTo("the check of its programs fails");
    assertThat(missing("{\"check\": [\"/bin/no-such-program\"]}"))
        .startsWith("its programs cannot be checked: ");
  }
}
