package fob.deployer.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.deployer.Drivers;
import fob.deployer.Platform;
import fob.deployer.Platforms;
import fob.deployer.local.TestPlatform;
import fob.deployer.local.Trees;
import fob.function.FunctionId;
import fob.function.Instance;
import fob.service.Env;
import fob.service.Loops;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A Docker platform with an owner of its own on the real engine, and all that it tells its
 * listener. The close removes everything of the owner.
 */
final class DockerTestPlatform extends TestPlatform {

  private static final String REQUIRED = "FOB_REQUIRE_DOCKER";
  private static final AtomicBoolean SAID = new AtomicBoolean();

  final Engine engine;
  final DockerPlatform platform;
  final DockerConfig config;
  final String owner;

  DockerTestPlatform(Path logs) throws IOException {
    this(config(logs), Drivers.in(DRIVERS), "test-" + UUID.randomUUID());
  }

  DockerTestPlatform(DockerConfig config, Drivers drivers, String owner) throws IOException {
    super(config.local().logDirectory());
    this.config = config;
    this.owner = owner;
    this.engine = new Engine(config.socket());
    this.platform = new DockerPlatform(config, drivers, owner, this, new Loops());
  }

  /** Another deployer of the same fob. */
  DockerTestPlatform successor() throws IOException {
    return new DockerTestPlatform(config, Drivers.in(DRIVERS), owner);
  }

  /** Creates a platform in a temporary folder; skips the test if there is no engine. */
  static DockerConfig config(Path logs) throws IOException {
    Platforms.Surroundings here = new Platforms.Surroundings(logs, logs, false, Drivers.none());
    Path socket = DockerConfig.from(new Env(System.getenv()), here).socket();
    requireEngine(socket);
    DockerConfig standard = DockerConfig.of(Files.createTempDirectory("fobtest"), logs);
    return new DockerConfig(standard.local(), socket, standard.cpus(), null, false);
  }

  /** The one place where tests of this package are skipped. */
  private static void requireEngine(Path socket) {
    String missing = missing(socket);
    if (missing.isEmpty()) {
      return;
    }
    String why = "tests on a Docker engine are skipped: " + missing;
    if ("true".equals(System.getenv(REQUIRED))) {
      Assertions.fail(why + ", but " + REQUIRED + "=true");
    }
    if (SAID.compareAndSet(false, true)) {
      System.err.println(why);
    }
    Assumptions.abort(why);
  }

  private static String missing(Path socket) {
    try (Engine engine = new Engine(socket)) {
      engine.negotiate();
      return engine.image("fob-driver-python:latest").isPresent()
          ? ""
          : "there is no image fob-driver-python:latest";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Override
  protected Platform platform() {
    return platform;
  }

  List<Container> containers() throws IOException {
    return Container.of(owner, engine);
  }

  Container container(FunctionId id) throws IOException {
    List<Container> all = containers().stream().filter(each -> each.function().equals(id)).toList();
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  /** Freezes a container; its processes cannot notice it. */
  void pause(String container) throws IOException, InterruptedException {
    Process docker =
        new ProcessBuilder("docker", "-H", "unix://" + config.socket(), "pause", container)
            .redirectErrorStream(true)
            .start();
    assertThat(docker.waitFor())
        .as(new String(docker.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isZero();
  }

  void awaitNoContainer() {
    await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(containers()).isEmpty());
  }

  Path files(Instance instance) {
    return Path.of(instance.address().getSchemeSpecificPart()).resolveSibling(".").normalize();
  }

  /** Ends the deployer, as a user would. */
  void stop() {
    platform.close();
  }

  @Override
  public void close() throws IOException {
    platform.close();
    for (Container each : containers()) {
      engine.remove(each.engineId());
    }
    engine.removeNetwork(InnerNetwork.name(owner));
    engine.close();
    Trees.delete(config.local().runtimeParent());
  }
}
