package fob.deployer.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.deployer.CodeSource;
import fob.deployer.Drivers;
import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionStatus;
import fob.function.FunctionStatus.Deploying;
import fob.function.FunctionStatus.Ready;
import fob.function.Instance;
import fob.function.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to containers when their deployer ends. */
class DockerTakeOverTest {

  private static final String COUNT =
      "n = 0\ndef callme():\n    global n\n    n += 1\n    print('call', n)\n    return n\n";

  @TempDir Path logs;

  @Test
  void nextDeployerTakesOverWhatRunsWithoutAnInterruption() throws IOException {
    try (DockerTestPlatform first = new DockerTestPlatform(logs)) {
      // Given
      FunctionId id = first.deploy(COUNT);
      Instance instance = first.awaitReady(id);
      first.call(instance, "{}");
      String container = first.container(id).engineId();
      first.stop();

      try (DockerTestPlatform second = first.successor()) {
        // When
        second.platform.retain(Set.of(id));
        second.deploy(id, "python", COUNT, Limits.DEFAULT);

        // Then
        assertThat(second.awaitReady(id)).isEqualTo(instance);
        assertThat(second.told(id)).containsExactly(new Ready(List.of(instance)));
        assertThat(second.call(instance, "{}").asInt()).isEqualTo(2);
        assertThat(second.container(id).engineId()).isEqualTo(container);
        await().untilAsserted(() -> assertThat(second.log(id)).contains("call 2\n"));

        // And it is watched as if it had been started here
        second.engine.signal(container, "KILL");
        Instance replaced = second.awaitReplaced(id, instance);
        assertThat(replaced.id()).startsWith(id + "/2-");
      }
    }
  }

  @Test
  void whatIsPrintedWithoutADeployerIsReadByTheNextOne() throws IOException {
    try (DockerTestPlatform first = new DockerTestPlatform(logs)) {
      // Given
      FunctionId id = first.deploy(COUNT);
      Instance instance = first.awaitReady(id);
      first.call(instance, "{}");
      await().untilAsserted(() -> assertThat(first.log(id)).contains("call 1\n"));
      first.stop();
      first.call(instance, "{}");

      try (DockerTestPlatform second = first.successor()) {
        // When
        second.deploy(id, "python", COUNT, Limits.DEFAULT);
        second.awaitReady(id);
        second.call(instance, "{}");

        // Then each line is there once
        await().untilAsserted(() -> assertThat(second.log(id)).contains("call 3\n"));
        for (int call = 1; call <= 3; call++) {
          assertThat(second.log(id)).containsOnlyOnce("call " + call + "\n");
        }
      }
    }
  }

  @Test
  void codeIsReadOnlyOnceAContainerHasToBeStarted() throws IOException {
    try (DockerTestPlatform first = new DockerTestPlatform(logs)) {
      // Given
      FunctionId id = first.deploy(COUNT);
      Instance instance = first.awaitReady(id);
      String container = first.container(id).engineId();
      first.stop();
      AtomicInteger reads = new AtomicInteger();
      CodeSource slow =
          () -> {
            if (reads.incrementAndGet() == 1) {
              throw new TimeoutException("slow on purpose");
            }
            return new Code(COUNT.getBytes(StandardCharsets.UTF_8));
          };

      try (DockerTestPlatform second = first.successor()) {
        // When
        second.platform.retain(Set.of(id));
        second.platform.deploy(DockerTestPlatform.spec(id, "python", COUNT, Limits.DEFAULT), slow);

        // Then
        assertThat(second.awaitReady(id)).isEqualTo(instance);
        assertThat(reads).hasValue(0);
        second.engine.signal(container, "KILL");
        assertThat(second.call(second.awaitReplaced(id, instance), "{}").asInt()).isEqualTo(1);
        assertThat(second.told(id))
            .contains(
                new Deploying("waiting for Kafka, to read the function's code: slow on purpose"));
        assertThat(reads).hasValue(2);
      }
    }
  }

  @Test
  void containerThatIsFrozenWhenItsDeployerChangesIsReplaced() throws Exception {
    try (DockerTestPlatform first = new DockerTestPlatform(logs)) {
      // Given
      FunctionId id = first.deploy(COUNT);
      Instance instance = first.awaitReady(id);
      first.pause(first.container(id).engineId());
      first.stop();

      try (DockerTestPlatform second = first.successor()) {
        // When
        second.platform.retain(Set.of(id));
        second.deploy(id, "python", COUNT, Limits.DEFAULT);

        // Then
        assertThat(second.call(second.awaitReplaced(id, instance), "{}").asInt()).isEqualTo(1);
        assertThat(second.containers()).hasSize(1);
      }
    }
  }

  @Test
  void releasedFunctionsCanBeTakenBackBySameDeployer() throws IOException {
    try (DockerTestPlatform tested = new DockerTestPlatform(logs)) {
      // Given
      FunctionId id = tested.deploy(COUNT);
      Instance instance = tested.awaitReady(id);
      tested.platform.release();

      // When
      tested.platform.retain(Set.of(id));
      tested.deploy(id, "python", COUNT, Limits.DEFAULT);

      // Then
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() ->
              assertThat(tested.log(id)).contains("instance 1 is ready").contains("left running"));
      await().untilAsserted(() -> assertThat(tested.told(id)).hasSize(3));
      assertThat(tested.told(id).getLast()).isEqualTo(new Ready(List.of(instance)));
    }
  }

  @Test
  void whatWasMadeOtherwiseIsReplaced() throws IOException {
    try (DockerTestPlatform first = new DockerTestPlatform(logs)) {
      // Given
      FunctionId id = first.deploy(COUNT);
      Instance instance = first.awaitReady(id);
      first.stop();

      try (DockerTestPlatform second = first.successor()) {
        // When
        second.deploy(id, "python", COUNT, new Limits(Duration.ofSeconds(9), 8, 64, 1, false));

        // Then
        assertThat(second.awaitReady(id)).isNotEqualTo(instance);
        assertThat(second.container(id).number()).isEqualTo(1);
        assertThat(second.files(instance)).doesNotExist();
      }
    }
  }

  @Test
  void whatNobodyWantsIsRemovedAndAnotherOwnersIsLeftAlone() throws IOException {
    try (DockerTestPlatform first = new DockerTestPlatform(logs);
        DockerTestPlatform other = new DockerTestPlatform(logs)) {
      // Given
      FunctionId kept = first.deploy(COUNT);
      Instance keptInstance = first.awaitReady(kept);
      Instance unwanted = first.awaitReady(first.deploy(COUNT));
      FunctionId others = other.deploy(COUNT);
      Instance othersInstance = other.awaitReady(others);
      first.stop();
      Path orphan = Files.createDirectory(first.files(unwanted).resolveSibling("0rphaned"));

      try (DockerTestPlatform second = first.successor()) {
        // When
        second.platform.retain(Set.of(kept));

        // Then
        await()
            .atMost(Duration.ofSeconds(20))
            .untilAsserted(() -> {
              assertThat(second.containers()).hasSize(1);
              assertThat(orphan).doesNotExist();
              assertThat(second.files(unwanted)).doesNotExist();
            });
        assertThat(second.call(keptInstance, "{}").asInt()).isEqualTo(1);
        assertThat(other.call(othersInstance, "{}").asInt()).isEqualTo(1);
        assertThat(other.told(others)).hasSize(2);
      }
    }
  }

  @Test
  void removalAlsoConcernsWhatAnEarlierDeployerStarted() throws IOException {
    try (DockerTestPlatform first = new DockerTestPlatform(logs)) {
      // Given
      FunctionId id = first.deploy(COUNT);
      first.awaitReady(id);
      first.stop();

      try (DockerTestPlatform second = first.successor()) {
        // When
        second.platform.remove(id);

        // Then
        second.awaitNoContainer();
      }
    }
  }

  @Test
  void containersOfAnAllInOneEndWithIt() throws IOException {
    // Given
    DockerConfig config = DockerTestPlatform.config(logs).stoppingAtClose();
    try (DockerTestPlatform tested =
        new DockerTestPlatform(config, Drivers.in(DockerTestPlatform.DRIVERS), "test-" + logs)) {
      tested.awaitReady(tested.deploy(COUNT), 1);
      FunctionId released = tested.deploy(COUNT);
      tested.awaitReady(released);
      tested.platform.release();

      // When
      long start = System.nanoTime();
      tested.stop();

      // Then
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
      assertThat(tested.containers()).isEmpty();
      assertThat(config.local().runtimeParent()).isEmptyDirectory();
    }
  }

  @Test
  void missingImageFailsTheFunctionUntilItIsThere() throws IOException {
    // Given
    DockerConfig config = DockerTestPlatform.config(logs);
    Path drivers = Files.createDirectory(logs.resolve("drivers"));
    Path python = Files.createDirectory(drivers.resolve("python"));
    String image = "fob-test-" + Long.toHexString(System.nanoTime()) + ":latest";
    Files.writeString(
        python.resolve("driver.json"),
        Files.readString(DockerTestPlatform.DRIVERS.resolve("python/driver.json"))
            .replace("fob-driver-python:latest", image));
    try (DockerTestPlatform tested =
        new DockerTestPlatform(config, Drivers.in(drivers), "test-" + image)) {
      // When
      FunctionId id = tested.deploy(COUNT);

      // Then
      assertThat(tested.awaitFailed(id).message())
          .isEqualTo(
              "the image %s is not on this machine; build it with: ./fob images".formatted(image));

      // When
      docker("tag", "fob-driver-python:latest", image);
      try {
        // Then
        tested.awaitReady(id);
        FunctionStatus starting = tested.told(id).getFirst();
        assertThat(starting).isEqualTo(new Deploying("starting"));
      } finally {
        tested.platform.remove(id);
        tested.awaitNoContainer();
        docker("rmi", image);
      }
    }
  }

  private static void docker(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    try {
      assertThat(
              new ProcessBuilder(command)
                  .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                  .start()
                  .waitFor())
          .isZero();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
