package fob.driver.install;

import static org.assertj.core.api.Assertions.assertThat;

import fob.driver.Client;
import fob.driver.DriverProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallIT {

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path root;

  private Installing installing;

  @BeforeEach
  void make() throws IOException {
    installing = new Installing(root);
  }

  @Test
  void theLayerHasTheJarsOfTheLock() throws Exception {
    // Given
    String lock =
        installing.lock("//DEPS org.left:left:1.0 org.left:left:1.0:extra org.other:left:1.0");

    // Then
    assertThat(installing.install(lock))
        .containsExactly(
            "far-1.0.jar",
            "left-1.0-extra.jar",
            "left-1.0.jar",
            "org.other.left-1.0.jar",
            "right-1.0.jar");
    assertThat(installing.out().resolve("right-1.0.jar"))
        .hasSameBinaryContentAs(
            installing.repository().folder().resolve("org/right/right/1.0/right-1.0.jar"));
  }

  @Test
  void aLockWithoutPackagesInstallsNothing() throws Exception {
    assertThat(installing.install("{\"packages\":[]}")).isEmpty();
  }

  @Test
  void aChangedFileIsRefused() throws Exception {
    // Given
    String lock = installing.lock("//DEPS org.far:far:1.0");
    installing.repository().put("org/far/far/1.0/far-1.0.jar", MavenFolder.jar("name", "another"));

    // Then
    assertThat(installing.refusedInstall(lock))
        .containsPattern(
            "^error: the hash of org.far:far 1.0 does not match.*\nexpected sha256-.*\ngot sha256-");
  }

  @Test
  void aVersionThatWasRemovedIsNamed() throws Exception {
    String lock = installing.lock("//DEPS org.far:far:1.0");
    DriverProcess.delete(installing.repository().folder().resolve("org/far"));
    assertThat(installing.refusedInstall(lock)).contains("no artifact org.far:far");
  }

  @Test
  void aLockThatNamesAPathIsRefused() throws Exception {
    String lock = installing.lock("//DEPS org.far:far:1.0");
    assertThat(installing.refusedInstall(lock.replace("\"far-1.0.jar\"", "\"../far.jar\"")))
        .contains("wrong name");
  }

  @Test
  void aFunctionSeesItsDependenciesAndNothingOfTheInstaller() throws Exception {
    // Given
    Path layer = Files.createDirectory(root.resolve("layer"));
    Files.write(layer.resolve("far-1.0.jar"), MavenFolder.jar("name", "from a jar"));
    String code =
        """
        Object callme(String of) throws Exception {
          if (!of.isEmpty()) return Class.forName(of).getName();
          try (var in = getClass().getResourceAsStream("/name")) { return new String(in.readAllBytes()); }
        }
        """;

    // Then
    try (DriverProcess driver =
            DriverProcess.start(code, Map.of("FOB_LAYER_URL", layer.toUri().toString()));
        Client client = driver.client()) {
      assertThat(client.run("{'of':''}").result().asText()).isEqualTo("from a jar");
      assertThat(client.run("{'of':'org.eclipse.aether.RepositorySystem'}").status())
          .isEqualTo(500);
    }
  }
}
