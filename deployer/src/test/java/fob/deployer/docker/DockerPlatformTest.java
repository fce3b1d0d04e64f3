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

  private DockerTestPlatform tested;

  @BeforeAll
  void start(@TempDir Path logs) throws IOException {
    tested = new DockerTestPlatform(logs);
  }

  @AfterAll
  void stop() throws IOException {
    if (tested != null) {
      tested.close();
    }
  }

  @Test
  void deployedFunctionGetsReadyAndAnswers() throws IOException {
    // When
    FunctionId id = tested.deploy(ADD);
    Instance instance = tested.awaitReady(id);

    // Then
    assertThat(tested.call(instance, "{\"a\":1,\"b\":2}").asInt()).isEqualTo(3);
    assertThat(tested.told(id)).hasSize(2).first().isEqualTo(new Deploying("starting"));
    assertThat(instance.id()).startsWith(id + "/1-");
  }

  @Test
  void functionThatCannotBeLoadedFailsWithItsOwnErrorAndIsNotRestarted() throws IOException {
    // When
    FunctionId id = tested.deploy("x = 1\nraise KeyError('no such thing')\n");
    FailureReason failure = tested.awaitFailed(id);

    // Then
    assertThat(failure.type()).isEqualTo("KeyError");
    assertThat(failure.stack()).anyMatch(line -> line.contains("line 2"));
    await().untilAsserted(() -> assertThat(tested.log(id)).contains("instance 1 has ended"));
    assertThat(tested.log(id)).doesNotContain("instance 2");
    assertThat(tested.containers()).noneMatch(each -> each.function().equals(id));
  }

  @Test
  void pausedContainerIsKilledAndReplaced() throws Exception {
    // Given
    FunctionId id = tested.deploy(ADD);
    Instance first = tested.awaitReady(id);
    String container = tested.container(id).engineId();

    // When
    tested.pause(container);

    // Then
    Instance second = tested.awaitReplaced(id, first);
    assertThat(tested.call(second, "{\"a\":1,\"b\":2}").asInt()).isEqualTo(3);
    assertThat(tested.ends(id)).singleElement().asString().contains("3 health checks");
    assertThat(tested.engine.inspect(container)).isEmpty();
  }

  @Test
  void reportedInstanceIsReplacedAndItsContainerGoes() throws IOException {
    // Given
    FunctionId id = tested.deploy(ADD);
    Instance first = tested.awaitReady(id);
    String container = tested.container(id).engineId();

    // When
    tested.platform.replace(id, first.id(), "it answered for another call");

    // Then
    tested.awaitReplaced(id, first);
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(tested.engine.inspect(container)).isEmpty());
    await()
        .untilAsserted(() ->
            assertThat(tested.ends(id))
                .containsExactly("it was replaced: it answered for another call"));
  }

  @Test
  void memoryHogIsKilledAndReplacedAndTheStatusSaysWhy() {
    // Given
    Limits small = new Limits(Duration.ofSeconds(10), 2, 64, 1, false);
    FunctionId id = tested.deploy("def callme():\n    return len(bytes(1) * (200 << 20))\n", small);
    Instance hog = tested.awaitReady(id);

    // When
    assertThatThrownBy(() -> UnixHttp.run(hog, "{}")).isInstanceOf(IOException.class);
    tested.awaitReplaced(id, hog);

    // Then
    assertThat(tested.told(id))
        .contains(
            new Deploying(
                "restarting: it was killed: out of its 64 MiB of memory; if it needs more memory, register it"
                    + " with memory=128"));
  }

  @Test
  void callThatHoldsTheInterpreterPastItsTimeoutCostsTheInstance() {
    // Given
    FunctionId id =
        tested.deploy(
            "import re\ndef callme():\n    re.match('(a+)+$', 'a' * 40 + 'b')\n",
            DockerTestPlatform.limits(Duration.ofMillis(200)));
    Instance first = tested.awaitReady(id);

    // When
    assertThatThrownBy(() -> UnixHttp.run(first, "{}")).isInstanceOf(IOException.class);
    tested.awaitReplaced(id, first);

    // Then
    assertThat(tested.told(id))
        .contains(
            new Deploying(
                "restarting: a call held the interpreter past its timeout of 200ms,"
                    + " or the function set an alarm of its own"));
  }

  @Test
  void stuckCallIsGivenUpWhileAnotherInstanceServes() throws IOException {
    // Given
    FunctionId id =
        tested.deploy(
            "import time\ndef callme(s):\n    time.sleep(s)\n    return s\n",
            DockerTestPlatform.limits(Duration.ofMillis(500)));
    Instance first = tested.awaitReady(id);

    // When
    assertThatThrownBy(() -> UnixHttp.run(first, "{\"s\":60}")).isInstanceOf(IOException.class);
    Instance second = tested.awaitReplaced(id, first);

    // Then
    assertThat(tested.call(second, "{\"s\":0}").asInt()).isZero();
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() ->
            assertThat(tested.log(id))
                .contains("instance 1 has ended: a call did not end within its timeout"));
  }

  @Test
  void containerThatSomebodyKillsOrRemovesIsReplaced() throws IOException {
    // Given
    FunctionId id = tested.deploy(ADD);
    Instance first = tested.awaitReady(id);

    // When
    tested.engine.signal(tested.container(id).engineId(), "KILL");
    Instance second = tested.awaitReplaced(id, first);
    tested.engine.remove(tested.container(id).engineId());
    Instance third = tested.awaitReplaced(id, second);

    // Then
    assertThat(tested.call(third, "{\"a\":1,\"b\":2}").asInt()).isEqualTo(3);
    assertThat(tested.files(first)).doesNotExist();
    await().untilAsserted(() -> assertThat(tested.container(id).running()).isTrue());
  }

  @Test
  void functionThatAlwaysCrashesBeforeItIsReadyFailsWithHowAndItsLastWords() {
    // When
    FunctionId id =
        tested.deploy("import os\nprint('famous last words', flush=True)\nos._exit(9)\n");
    FailureReason failure = tested.awaitFailed(id);

    // Then
    assertThat(failure.message())
        .contains("before it is ready")
        .contains("exit code 9")
        .contains("famous last words");
  }

  @Test
  void asManyInstancesRunAsAskedFor() throws IOException {
    // When
    FunctionId id = tested.deploy(ADD, new Limits(Duration.ofSeconds(30), 8, 64, 3, false));
    List<Instance> all = tested.awaitReady(id, 3);

    // Then
    for (Instance each : all) {
      assertThat(tested.call(each, "{\"a\":1,\"b\":2}").asInt()).isEqualTo(3);
    }
  }

  @Test
  void removedFunctionLeavesNoContainerAndNoFile() throws IOException {
    // Given
    FunctionId id = tested.deploy(ADD);
    Instance instance = tested.awaitReady(id);
    int told = tested.told(id).size();

    // When
    tested.platform.remove(id);

    // Then
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> {
          assertThat(tested.containers()).noneMatch(each -> each.function().equals(id));
          assertThat(tested.files(instance)).doesNotExist();
        });
    assertThat(tested.told(id)).hasSize(told);
  }

  @Test
  void whatAFunctionPrintsGoesToItsLog() throws IOException {
    // Given
    FunctionId id = tested.deploy("def callme():\n    print('hello log')\n");

    // When
    tested.call(tested.awaitReady(id), "{}");

    // Then
    await().untilAsserted(() -> assertThat(tested.log(id)).contains(" test hello log\n"));
    assertThat(Files.exists(tested.logFile(id))).isTrue();
  }
}
