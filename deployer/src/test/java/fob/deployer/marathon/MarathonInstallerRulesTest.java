package fob.deployer.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.deployer.Drivers;
import fob.deployer.layer.InstallSettings;
import fob.deployer.layer.InstallerRules;
import fob.deployer.layer.TestInstaller;
import fob.deployer.marathon.config.PlatformContext;
import fob.deployer.marathon.install.InstallerConfig;
import fob.fakemarathon.DockerTasks;
import fob.fakemarathon.FakeMarathon;
import fob.fakemarathon.MarathonOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Installers as apps of a fake Marathon, whose tasks are real containers. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MarathonInstallerRulesTest extends InstallerRules {

  private static final Path SERVER = Path.of("src/test/resources/installer/serve.sh");

  private final DockerTasks tasks = new DockerTasks();
  private FakeMarathon marathon;
  private MarathonPlatform platform;
  private TestInstaller installer;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    marathon = FakeMarathon.start(new MarathonOptions().tasks(tasks));
    makeLanguage(folder.resolve("tiny"));
    Drivers drivers = Drivers.in(folder);
    InstallSettings settings =
        new InstallSettings(
            Duration.ofSeconds(20),
            LAYER_MIB,
            Duration.ZERO,
            Map.of("FOB_TINY", "of the operator", "FOB_OTHER", "x"));
    platform =
        new MarathonPlatform(
            new PlatformContext(
                MarathonFixture.config(marathon.url()),
                MarathonFixture.OWNER,
                MarathonFixture.FAST,
                InstantSource.system()),
            new InstallerConfig(settings, folder),
            drivers,
            (_, _) -> {});
    installer =
        new TestInstaller(platform.installer().orElseThrow(), drivers.get("tiny").orElseThrow());
  }

  /** The image has no installer for tests, so its whole text is an argument of the command. */
  private static void makeLanguage(Path folder) throws IOException {
    Files.createDirectories(folder);
    ObjectNode app = Json.MAPPER.createObjectNode();
    app.putArray("args").add("true");
    app.putArray("networks").addObject().put("mode", "container/bridge");
    app.withObject("/container/docker").put("image", "fob-driver-python:latest");
    Files.write(folder.resolve("driver.json"), Json.bytes(app));
    ObjectNode language = Json.MAPPER.createObjectNode();
    language
        .putArray("install")
        .add("/bin/sh")
        .add("-c")
        .add(Files.readString(SERVER))
        .add("serve.sh")
        .add(Files.readString(TestInstaller.SCRIPT));
    language.putArray("settings").add("FOB_TINY");
    Files.write(folder.resolve("language.json"), Json.bytes(language));
  }

  @AfterAll
  void stop() {
    if (platform != null) {
      platform.close();
    }
    marathon.close();
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
  protected Set<String> running() {
    return tasks.live();
  }

  @AfterEach
  void nothingIsLeft() {
    await().atMost(SOON).untilAsserted(() -> assertThat(running()).isEmpty());
  }

  @Test
  void anInstallerThatUsesAllMemoryIsToldSo() {
    installer.assertLockFails("a memory", "out of memory");
  }

  @Test
  void aHostileInstallerSeesNothingOfOthers() throws IOException, InterruptedException {
    // Given the data of another function
    Path other = installer.newFolder();
    Files.writeString(other.resolve("secret"), "hidden");

    // When
    String seen = Files.readString(installer.lock("a spy " + other).resolve("seen"));

    // Then
    assertThat(seen)
        .startsWith("65534\n")
        .contains("FOB_TINY=of the operator")
        .doesNotContain("FOB_OTHER", "FOB_INSTALL_TOKEN", "secret\n", "root:", "docker.sock")
        .contains("cannot access '" + other + "'")
        .contains("cannot touch '/fob/driver/x'", "cannot touch '/usr/x'");
  }
}
