package fob.deployer.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.deployer.Drivers;
import fob.deployer.local.TestPlatform;
import fob.function.Instance;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** FOB_DOCKER_RUNTIME on the real engine. */
class DockerRuntimeTest {

  @TempDir Path logs;

  private DockerTestPlatform platform(String runtime) throws IOException {
    DockerConfig standard = DockerTestPlatform.config(logs);
    DockerConfig config =
        new DockerConfig(standard.local(), standard.socket(), standard.cpus(), runtime, false);
    return new DockerTestPlatform(config, Drivers.in(TestPlatform.DRIVERS), "test-runtime");
  }

  @Test
  void functionsRunInTheRuntimeThatIsNamed() throws IOException {
    try (DockerTestPlatform tested = platform("runc")) {
      Instance instance = tested.awaitReady(tested.deploy("def callme(): return 1\n"));
      assertThat(tested.call(instance, "{}").asInt()).isEqualTo(1);
      assertThat(tested.platform.isolation()).contains("by the runtime runc");
    }
  }

  @Test
  void runtimeThatTheEngineDoesNotHaveIsRefused() {
    assertThatThrownBy(() -> platform("no-such-runtime"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("FOB_DOCKER_RUNTIME=no-such-runtime")
        .hasMessageContaining("runc");
  }
}
