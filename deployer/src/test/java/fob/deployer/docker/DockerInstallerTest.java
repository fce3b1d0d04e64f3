package fob.deployer.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import fob.bus.wire.Json;
import fob.deployer.Drivers;
import fob.deployer.layer.ContainerInstallerRules;
import fob.deployer.layer.TestInstaller;
import fob.deployer.local.StartRefused;
import fob.service.Loops;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Installers in containers of the real engine. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DockerInstallerTest extends ContainerInstallerRules {

  private Drivers drivers;
  private DockerTestPlatform tested;
  private TestInstaller installer;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    DockerConfig standard = DockerTestPlatform.config(folder);
    makeLanguage(folder.resolve("drivers/tiny"), "fob-driver-python:latest");
    makeLanguage(folder.resolve("drivers/lost"), "fob-driver-that-nobody-built:latest");
    drivers = Drivers.in(folder.resolve("drivers"));
    DockerConfig config =
        new DockerConfig(
            standard.local(), standard.socket(), standard.cpus(), null, false, SETTINGS, "bridge");
    tested = new DockerTestPlatform(config, drivers, "test-" + UUID.randomUUID());
    installer = installerOf("tiny");
  }

  private static void makeLanguage(Path folder, String image) throws IOException {
    String script = Files.readString(TestInstaller.SCRIPT);
    makeLanguage(folder, Json.MAPPER.createObjectNode(), image, script, "install.sh");
  }

  private TestInstaller installerOf(String language) {
    return new TestInstaller(
        tested.platform.installer().orElseThrow(), drivers.get(language).orElseThrow());
  }

  @Override
  protected TestInstaller installer() {
    return installer;
  }

  @Override
  protected List<String> running() throws IOException {
    return Container.installers(tested.owner, tested.engine);
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    assertThat(running()).isEmpty();
  }

  @AfterAll
  void stop() throws IOException {
    if (tested != null) {
      tested.close();
    }
  }

  @Test
  void whatAKilledDeployerLeftIsRemovedByTheNextOne() throws Exception {
    // Given
    AtomicReference<Exception> end = new AtomicReference<>();
    Thread thread = installer.hang(end);
    await().atMost(SOON).until(() -> !running().isEmpty());

    // When
    DockerPlatform next =
        new DockerPlatform(tested.config, drivers, tested.owner, (id, status) -> {}, new Loops());
    try {
      next.retain(Set.of());

      // Then
      await().atMost(SOON).until(() -> running().isEmpty());
      assertThat(thread.join(SOON)).isTrue();
      assertThat(end.get()).isInstanceOf(IOException.class);
    } finally {
      next.close();
    }
  }

  @Test
  void aMissingImageIsToldWithWhatToDo() {
    assertThat(catchThrowableOfType(StartRefused.class, () -> installerOf("lost").lock("a")))
        .isNotNull()
        .hasMessageContainingAll("fob-driver-that-nobody-built:latest", "./fob images");
  }

  @Test
  void anotherImageIsAnotherRuntime() throws IOException {
    assertThat(installer.installer().runtimeOf(installer.driver()))
        .matches("docker [a-z0-9]+ sha256:[0-9a-f]{64}");
  }
}
