package fob.deployer.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.deployer.TestSecrets;
import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionStatus.Ready;
import fob.function.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets of functions in containers. */
class DockerSecretsTest {

  private static final Code READ =
      new Code("def callme():\n    return open('/run/secrets/TOKEN').read()\n".getBytes(UTF_8));

  @TempDir Path logs;

  private final TestSecrets secrets = new TestSecrets();
  private final FunctionId id = FunctionId.random();
  private final FunctionSpec spec = TestSecrets.spec(id, READ, "TOKEN:file");

  private void deploy(DockerTestPlatform platform) {
    platform.platform.retain(Set.of(id));
    platform.platform.deploy(spec, secrets.with(spec, READ));
  }

  @Test
  void valueIsAFileAndNotInWhatTheEngineShows() throws IOException {
    secrets.put("TOKEN", "hush-docker");
    try (DockerTestPlatform platform = new DockerTestPlatform(logs)) {
      // When
      deploy(platform);
      Instance instance = platform.awaitReady(id);

      // Then
      assertThat(platform.call(instance, "{}").asText()).isEqualTo("hush-docker");
      String container = platform.container(id).engineId();
      assertThat(platform.engine.inspect(container).orElseThrow().toString())
          .contains("/run/secrets")
          .doesNotContain("hush");
      assertThat(platform.log(id)).doesNotContain("hush");
      Path files = platform.files(instance);
      assertThat(files.resolve("secrets/TOKEN")).exists();

      // When
      platform.platform.remove(id);

      // Then
      platform.awaitNoContainer();
      await().atMost(Duration.ofSeconds(20)).until(() -> !Files.exists(files));
    }
  }

  @Test
  void nextDeployerLeavesTheContainerAloneUnlessTheSecretHasChanged() throws IOException {
    secrets.put("TOKEN", "old");
    try (DockerTestPlatform first = new DockerTestPlatform(logs)) {
      // Given
      deploy(first);
      Instance instance = first.awaitReady(id);
      String container = first.container(id).engineId();
      first.stop();

      try (DockerTestPlatform second = first.successor()) {
        // When
        deploy(second);

        // Then
        assertThat(second.awaitReady(id)).isEqualTo(instance);
        second.platform.secretsChanged(id);
        assertThat(second.call(instance, "{}").asText()).isEqualTo("old");
        assertThat(second.container(id).engineId()).isEqualTo(container);
        second.stop();
        secrets.put("TOKEN", "new");

        try (DockerTestPlatform third = first.successor()) {
          // When
          deploy(third);

          // Then
          Instance renewed = third.awaitReplaced(id, instance);
          assertThat(third.told(id)).allMatch(Ready.class::isInstance);
          assertThat(third.call(renewed, "{}").asText()).isEqualTo("new");
        }
      }
    }
  }
}
