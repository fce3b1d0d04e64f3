package fob.deployer.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.deployer.Drivers;
import fob.deployer.layer.ContainerInstallerRules;
import fob.deployer.layer.TestInstaller;
import fob.deployer.marathon.config.PlatformContext;
import fob.deployer.marathon.install.InstallerConfig;
import fob.fakemarathon.DockerTasks;
import fob.fakemarathon.FakeMarathon;
import fob.fakemarathon.MarathonOptions;
import fob.service.Loops;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Installers as apps of a fake Marathon, whose tasks are real containers. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MarathonInstallerRulesTest extends ContainerInstallerRules {

  private static final Path SERVER = Path.of("src/test/resources/installer/serve.sh");

  private final DockerTasks tasks = new DockerTasks();
  private FakeMarathon marathon;
  private MarathonPlatform platform;
  private TestInstaller installer;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    marathon = FakeMarathon.start(new MarathonOptions().tasks(tasks));
    ObjectNode app = Json.MAPPER.createObjectNode();
    app.putArray("networks").addObject().put("mode", "container/bridge");
    String server = Files.readString(SERVER);
    String script = Files.readString(TestInstaller.SCRIPT);
    makeLanguage(
        folder.resolve("tiny"), app, "fob-driver-python:latest", server, "serve.sh", script);
    Drivers drivers = Drivers.in(folder);
    platform =
        new MarathonPlatform(
            new PlatformContext(
                MarathonFixture.config(marathon.url()),
                MarathonFixture.OWNER,
                MarathonFixture.FAST,
                InstantSource.system(),
                new Loops()),
            new InstallerConfig(SETTINGS, folder),
            drivers,
            (_, _) -> {});
    installer =
        new TestInstaller(platform.installer().orElseThrow(), drivers.get("tiny").orElseThrow());
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

  /** The code is not mounted here: each step has its own copy. */
  @Override
  protected List<String> readOnly() {
    return List.of("/fob/driver/x", "/usr/x");
  }

  @Override
  protected Set<String> running() {
    return tasks.live();
  }

  @AfterEach
  void nothingIsLeft() {
    await().atMost(SOON).untilAsserted(() -> assertThat(running()).isEmpty());
  }
}
