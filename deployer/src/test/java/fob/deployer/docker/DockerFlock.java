package fob.deployer.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.deployer.Drivers;
import fob.deployer.Platform;
import fob.deployer.local.ToldPlatform;
import fob.deployer.local.Trees;
import fob.function.FunctionId;
import fob.function.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A Docker platform with an owner of its own on the real engine, and what it has told. Once closed
 * nothing of the owner is left.
 */
final class DockerFlock extends ToldPlatform {

  private static final String REQUIRED = "FOB_REQUIRE_DOCKER";
  private static final Path SOCKET = Path.of("/var/run/docker.sock");

  final Engine engine;
  final DockerPlatform platform;
  final DockerConfig config;
  final String owner;

  DockerFlock(Path logs) throws IOException {
    this(config(logs), Drivers.in(DRIVERS), "test-" + UUID.randomUUID());
  }

  DockerFlock(DockerConfig config, Drivers drivers, String owner) throws IOException {
    super(config.local().logDirectory());
    this.config = config;
    this.owner = owner;
    this.engine = new Engine(config.socket());
    this.platform = new DockerPlatform(config, drivers, owner, this::hear);
  }

  /** Another deployer of the same fob. */
  DockerFlock successor() throws IOException {
    return new DockerFlock(config, Drivers.in(DRIVERS), owner);
  }

  /** In a temporary folder of its own; skips the test where there is no engine. */
  static DockerConfig config(Path logs) throws IOException {
    requireEngine();
    return DockerConfig.of(Files.createTempDirectory("fobtest"), logs);
  }

  /** The one place where tests of this package are skipped. */
  private static void requireEngine() {
    String missing = missing();
    if (missing.isEmpty()) {
      return;
    }
    String why = "no test on a Docker engine: " + missing;
    if ("true".equals(System.getenv(REQUIRED))) {
      Assertions.fail(why + ", and " + REQUIRED + "=true");
    }
    Assumptions.abort(why);
  }

  private static String missing() {
    try (Engine engine = new Engine(SOCKET)) {
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
    engine.close();
    Trees.delete(config.local().runtimeParent());
  }
}
