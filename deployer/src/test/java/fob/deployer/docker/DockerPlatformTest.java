package fob.deployer.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import fob.deployer.local.UnixHttp;
import fob.function.FunctionId;
import fob.function.FunctionStatus.Deploying;
import fob.function.FunctionStatus.FailureReason;
import fob.function.Instance;
import fob.function.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DockerPlatformTest {

  private static final String ADD = "def callme(a, b):\n    return a + b\n";

  private DockerFlock flock;

  @BeforeAll
  void start(@TempDir Path logs) throws IOException {
    flock = new DockerFlock(logs);
  }

  @AfterAll
  void stop() throws IOException {
    if (flock != null) {
      flock.close();
    }
  }

  @Test
  void deployedFunctionGetsReadyAndAnswers() throws IOException {
    // When
    FunctionId id = flock.deploy(ADD);
    Instance instance = flock.awaitReady(id);

    // Then
    assertThat(flock.call(instance, "{\"a\":1,\"b\":2}").asInt()).isEqualTo(3);
    assertThat(flock.told(id)).hasSize(2).first().isEqualTo(new Deploying("starting"));
    assertThat(instance.id()).startsWith(id + "/1-");
  }

  @Test
  void functionThatCannotBeLoadedFailsWithItsOwnErrorAndIsNotRestarted() throws IOException {
    // When
    FunctionId id = flock.deploy("x = 1\nraise KeyError('no such thing')\n");
    FailureReason failure = flock.awaitFailed(id);

    // Then
    assertThat(failure.type()).isEqualTo("KeyError");
    assertThat(failure.stack()).anyMatch(line -> line.contains("line 2"));
    await().untilAsserted(() -> assertThat(flock.log(id)).contains("instance 1 has ended"));
    assertThat(flock.log(id)).doesNotContain("instance 2");
    assertThat(flock.containers()).noneMatch(each -> each.function().equals(id));
  }

  @Test
  void pausedContainerIsKilledAndReplaced() throws Exception {
    // Given
    FunctionId id = flock.deploy(ADD);
    Instance first = flock.awaitReady(id);
    String container = flock.container(id).engineId();

    // When
    flock.pause(container);

    // Then
    Instance second = flock.awaitReplaced(id, first);
    assertThat(flock.call(second, "{\"a\":1,\"b\":2}").asInt()).isEqualTo(3);
    assertThat(flock.ends(id)).singleElement().asString().contains("3 health checks");
    assertThat(flock.engine.inspect(container)).isEmpty();
  }

  @Test
  void reportedInstanceIsReplacedAndItsContainerGoes() throws IOException {
    // Given
    FunctionId id = flock.deploy(ADD);
    Instance first = flock.awaitReady(id);
    String container = flock.container(id).engineId();

    // When
    flock.platform.replace(id, first.id(), "it answered for another call");

    // Then
    flock.awaitReplaced(id, first);
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(flock.engine.inspect(container)).isEmpty());
    await()
        .untilAsserted(() ->
            assertThat(flock.ends(id))
                .containsExactly("it was replaced: it answered for another call"));
  }

  @Test
  void memoryHogIsKilledAndReplacedAndTheStatusSaysWhy() {
    // Given
    Limits small = new Limits(Duration.ofSeconds(10), 2, 64, 1, false);
    FunctionId id = flock.deploy("def callme():\n    return len(bytes(1) * (200 << 20))\n", small);
    Instance hog = flock.awaitReady(id);

    // When
    assertThatThrownBy(() -> UnixHttp.run(hog, "{}")).isInstanceOf(IOException.class);
    flock.awaitReplaced(id, hog);

    // Then
    assertThat(flock.told(id))
        .contains(
            new Deploying(
                "restarting: it was killed: out of its 64 MiB of memory; if it needs more memory, register it"
                    + " with memory=128"));
  }

  @Test
  void callThatHoldsTheInterpreterPastItsTimeoutCostsTheInstance() {
    // Given
    FunctionId id =
        flock.deploy(
            "import re\ndef callme():\n    re.match('(a+)+$', 'a' * 40 + 'b')\n",
            DockerFlock.limits(Duration.ofMillis(200)));
    Instance first = flock.awaitReady(id);

    // When
    assertThatThrownBy(() -> UnixHttp.run(first, "{}")).isInstanceOf(IOException.class);
    flock.awaitReplaced(id, first);

    // Then
    assertThat(flock.told(id))
        .contains(
            new Deploying(
                "restarting: a call held the interpreter past its timeout of 200ms,"
                    + " or the function set an alarm of its own"));
  }

  @Test
  void stuckCallIsGivenUpWhileAnotherInstanceServes() throws IOException {
    // Given
    FunctionId id =
        flock.deploy(
            "import time\ndef callme(s):\n    time.sleep(s)\n    return s\n",
            DockerFlock.limits(Duration.ofMillis(500)));
    Instance first = flock.awaitReady(id);

    // When
    assertThatThrownBy(() -> UnixHttp.run(first, "{\"s\":60}")).isInstanceOf(IOException.class);
    Instance second = flock.awaitReplaced(id, first);

    // Then
    assertThat(flock.call(second, "{\"s\":0}").asInt()).isZero();
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() ->
            assertThat(flock.log(id))
                .contains("instance 1 has ended: a call did not end within its timeout"));
  }

  @Test
  void containerThatSomebodyKillsOrRemovesIsReplaced() throws IOException {
    // Given
    FunctionId id = flock.deploy(ADD);
    Instance first = flock.awaitReady(id);

    // When
    flock.engine.signal(flock.container(id).engineId(), "KILL");
    Instance second = flock.awaitReplaced(id, first);
    flock.engine.remove(flock.container(id).engineId());
    Instance third = flock.awaitReplaced(id, second);

    // Then
    assertThat(flock.call(third, "{\"a\":1,\"b\":2}").asInt()).isEqualTo(3);
    assertThat(flock.files(first)).doesNotExist();
    await().untilAsserted(() -> assertThat(flock.container(id).running()).isTrue());
  }

  @Test
  void functionThatAlwaysCrashesBeforeItIsReadyFailsWithHowAndItsLastWords() {
    // When
    FunctionId id =
        flock.deploy("import os\nprint('famous last words', flush=True)\nos._exit(9)\n");
    FailureReason failure = flock.awaitFailed(id);

    // Then
    assertThat(failure.message())
        .contains("before it is ready")
        .contains("exit code 9")
        .contains("famous last words");
  }

  @Test
  void asManyInstancesRunAsAskedFor() throws IOException {
    // When
    FunctionId id = flock.deploy(ADD, new Limits(Duration.ofSeconds(30), 8, 64, 3, false));
    List<Instance> all = flock.awaitReady(id, 3);

    // Then
    for (Instance each : all) {
      assertThat(flock.call(each, "{\"a\":1,\"b\":2}").asInt()).isEqualTo(3);
    }
  }

  @Test
  void removedFunctionLeavesNoContainerAndNoFile() throws IOException {
    // Given
    FunctionId id = flock.deploy(ADD);
    Instance instance = flock.awaitReady(id);
    int told = flock.told(id).size();

    // When
    flock.platform.remove(id);

    // Then
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> {
          assertThat(flock.containers()).noneMatch(each -> each.function().equals(id));
          assertThat(flock.files(instance)).doesNotExist();
        });
    assertThat(flock.told(id)).hasSize(told);
  }

  @Test
  void whatAFunctionPrintsGoesToItsLog() throws IOException {
    // Given
    FunctionId id = flock.deploy("def callme():\n    print('hello log')\n");

    // When
    flock.call(flock.awaitReady(id), "{}");

    // Then
    await().untilAsserted(() -> assertThat(flock.log(id)).contains(" test hello log\n"));
    assertThat(Files.exists(flock.logFile(id))).isTrue();
  }
}
