package fob.deployer.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.deployer.Drivers;
import fob.function.FunctionId;
import fob.function.FunctionStatus;
import fob.function.FunctionStatus.Deploying;
import fob.function.Instance;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineAwayTest {

  private static final String ADD = "def callme(a, b):\n    return a + b\n";

  @TempDir Path logs;
  private UnixForwarder forwarder;
  private DockerTestPlatform tested;
  private Engine engine;

  @BeforeEach
  void start() throws IOException {
    DockerConfig direct = DockerTestPlatform.config(logs);
    Path socket = direct.local().runtimeParent().resolve("engine.sock");
    forwarder = new UnixForwarder(socket, direct.socket());
    engine = new Engine(direct.socket());
    tested =
        new DockerTestPlatform(
            new DockerConfig(direct.local(), socket, direct.cpus(), null, false),
            Drivers.in(DockerTestPlatform.DRIVERS),
            "test-" + socket);
  }

  @AfterEach
  void stop() throws IOException {
    if (tested != null) {
      tested.close();
      forwarder.close();
      engine.close();
    }
  }

  private void awaitStatus(FunctionId id, String text) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> {
          FunctionStatus status = tested.status(id);
          assertThat(status).isInstanceOf(Deploying.class);
          assertThat(((Deploying) status).note()).contains(text);
        });
  }

  @Test
  void functionDeployedMeanwhileSaysWhatItWaitsForAndRunsOnceTheEngineIsBack() throws IOException {
    // Given
    forwarder.goAway();

    // When
    FunctionId id = tested.deploy(ADD);

    // Then
    awaitStatus(id, "waiting for the Docker engine at unix:///");
    assertThat(((Deploying) tested.status(id)).note()).contains("No such file or directory");
    forwarder.comeBack();
    assertThat(tested.call(tested.awaitReady(id), "{\"a\":1,\"b\":2}").asInt()).isEqualTo(3);
  }

  @Test
  void containerThatRunsOnWithoutTheEngineServesOn() throws IOException {
    // Given
    FunctionId id = tested.deploy(ADD);
    Instance instance = tested.awaitReady(id);
    int told = tested.told(id).size();

    // When
    forwarder.goAway();
    int before = forwarder.accepted();
    forwarder.comeBack();

    // Then it is waited for and followed again
    await().atMost(Duration.ofSeconds(10)).until(() -> forwarder.accepted() >= before + 2);
    assertThat(tested.call(instance, "{\"a\":1,\"b\":2}").asInt()).isEqualTo(3);
    assertThat(tested.told(id)).hasSize(told);

    // And replaced, if need be
    engine.signal(tested.container(id).engineId(), "KILL");
    tested.awaitReplaced(id, instance);
  }

  @Test
  void containerThatEndsWithTheEngineIsReplacedOnceThatIsBack() throws IOException {
    // Given
    FunctionId id = tested.deploy(ADD);
    Instance instance = tested.awaitReady(id);
    tested.platform.retain(Set.of(id));
    String container = tested.container(id).engineId();

    // When
    forwarder.goAway();
    engine.signal(container, "KILL");

    // Then
    awaitStatus(id, "waiting for the Docker engine");
    forwarder.comeBack();
    Instance second = tested.awaitReplaced(id, instance);
    assertThat(tested.call(second, "{\"a\":1,\"b\":2}").asInt()).isEqualTo(3);

    // And the dead one is swept
    tested.platform.retain(Set.of(id));
    await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> tested.container(id));
    assertThat(tested.container(id).engineId()).isNotEqualTo(container);
  }
}
