package fob.deployer.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.deployer.Drivers;
import fob.deployer.layer.InstallSettings;
import fob.deployer.layer.InstallerRules;
import fob.deployer.layer.TestInstaller;
import fob.deployer.local.StartRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
class DockerInstallerTest extends InstallerRules {

  private Drivers drivers;
  private DockerTestPlatform tested;
  private TestInstaller installer;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    DockerConfig standard = DockerTestPlatform.config(folder);
    InstallSettings install =
        new InstallSettings(
            Duration.ofSeconds(20),
            LAYER_MIB,
            Duration.ZERO,
            Map.of("FOB_TINY", "of the operator", "FOB_OTHER", "x"));
    makeLanguage(folder.resolve("drivers/tiny"), "fob-driver-python:latest");
    makeLanguage(folder.resolve("drivers/lost"), "fob-driver-that-nobody-built:latest");
    drivers = Drivers.in(folder.resolve("drivers"));
    DockerConfig config =
        new DockerConfig(
            standard.local(), standard.socket(), standard.cpus(), null, false, install, "bridge");
    tested = new DockerTestPlatform(config, drivers, "test-" + UUID.randomUUID());
    installer = installerOf("tiny");
  }

  /** The image has no installer for tests, so its whole text is an argument of the command. */
  private static void makeLanguage(Path folder, String image) throws IOException {
    Files.createDirectories(folder);
    ObjectNode app = Json.MAPPER.createObjectNode();
    app.putArray("args").add("true");
    app.withObject("/container/docker").put("image", image);
    Files.write(folder.resolve("driver.json"), Json.bytes(app));
    ObjectNode language = Json.MAPPER.createObjectNode();
    String script = Files.readString(TestInstaller.SCRIPT);
    language.putArray("install").add("/bin/sh").add("-c").add(script).add("install.sh");
    language.putArray("settings").add("FOB_TINY");
    Files.write(folder.resolve("language.json"), Json.bytes(language));
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
  protected String timeLimit() {
    return "20s";
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
  void anInstallerThatUsesAllMemoryIsToldSo() {
    installer.assertLockFails("a memory", "out of memory");
  }

  @Test
  void whatAKilledDeployerLeftIsRemovedByTheNextOne() throws Exception {
    // Given
    AtomicReference<Exception> end = new AtomicReference<>();
    Thread thread = installer.hang(end);
    await().atMost(SOON).until(() -> !running().isEmpty());

    // When
    DockerPlatform next =
        new DockerPlatform(tested.config, drivers, tested.owner, (id, status) -> {});
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
  void aHostileInstallerSeesNothingOfOthers() throws IOException, InterruptedException {
    // Given the data of another function
    Path other = installer.newFolder();
    Files.write(other.resolve("secret"), "hidden".getBytes(UTF_8));

    // When
    String seen = Files.readString(installer.lock("a spy " + other).resolve("seen"));

    // Then
    assertThat(seen)
        .startsWith("65534\n")
        .contains("FOB_TINY=of the operator")
        .doesNotContain("FOB_OTHER", "secret\n", "root:", "docker.sock")
        .contains("cannot access '" + other + "'")
        .contains("cannot touch '/fob/code/x'", "cannot touch '/fob/driver/x'")
        .contains("cannot touch '/usr/x'");
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
