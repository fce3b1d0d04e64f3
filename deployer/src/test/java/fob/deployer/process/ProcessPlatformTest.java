package fob.deployer.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.deployer.local.UnixHttp;
import fob.function.FunctionId;
import fob.function.FunctionStatus.Deploying;
import fob.function.FunctionStatus.Failed;
import fob.function.FunctionStatus.FailureReason;
import fob.function.FunctionStatus.Ready;
import fob.function.Instance;
import fob.function.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProcessPlatformTest {

  private static final String ADD = "def callme(a, b):\n    return a + b\n";
  private static final String CRASHES_ON_CALL =
      "import os, signal\ndef callme(number):\n    os.kill(os.getpid(), number)\n";

  /** Not the common pool: on a small machine that runs one task at a time. */
  private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();

  private ProcessTestPlatform tested;

  @BeforeAll
  void start(@TempDir Path logs) throws IOException {
    tested = new ProcessTestPlatform(logs);
  }

  @AfterAll
  void stop() {
    tested.close();
    background.close();
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
    assertThat(tested.platform.deployed()).contains(id);
  }

  @Test
  void functionThatCannotBeLoadedFailsWithItsOwnErrorAndIsNotRestarted() throws IOException {
    // When
    FunctionId id = tested.deploy("x = 1\nraise KeyError('no such thing')\n");
    FailureReason failure = tested.awaitFailed(id);

    // Then
    assertThat(failure.type()).isEqualTo("KeyError");
    assertThat(failure.message()).contains("no such thing");
    assertThat(failure.stack()).anyMatch(line -> line.contains("line 2"));
    await().untilAsserted(() -> assertThat(tested.log(id)).contains("instance 1 has ended"));
    assertThat(tested.log(id)).doesNotContain("instance 2");
  }

  @Test
  void unknownLanguageFailsAndNamesTheKnownOnes() {
    // When
    FunctionId id = tested.deploy("cobol", "x", Limits.DEFAULT);

    // Then
    assertThat(tested.awaitFailed(id).message()).contains("cobol").contains("python");
    assertThat(tested.platform.deployed()).contains(id);
  }

  @Test
  void crashedInstanceIsReplacedUnderAnotherIdAndTheReasonIsTold() {
    // Given
    FunctionId id = tested.deploy(CRASHES_ON_CALL);
    Instance first = tested.awaitReady(id);

    // When
    callAndDrop(first, "{\"number\":11}");
    Instance second = tested.awaitReplaced(id, first);

    // Then
    assertThat(second.id()).isNotEqualTo(first.id());
    assertThat(second.address()).isNotEqualTo(first.address());
    assertThat(tested.told(id))
        .filteredOn(Deploying.class::isInstance)
        .last()
        .isEqualTo(
            new Deploying("restarting: the process ended with signal 11 (segmentation fault)"));
  }

  @Test
  void callThatHoldsTheInterpreterPastItsTimeoutCostsTheInstance() {
    // Given
    FunctionId id =
        tested.deploy(
            "import re\ndef callme():\n    re.match('(a+)+$', 'a' * 40 + 'b')\n",
            ProcessTestPlatform.limits(Duration.ofMillis(200)));
    Instance first = tested.awaitReady(id);

    // When
    callAndDrop(first, "{}");
    tested.awaitReplaced(id, first);

    // Then
    assertThat(tested.told(id))
        .contains(
            new Deploying(
                "restarting: a call held the interpreter past its timeout of 200ms,"
                    + " or the function set an alarm of its own"));
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
  void functionThatFailedByCrashingIsTriedAgainAndBecomesReady() throws IOException {
    // Given a function that crashes for a while: three starts, waiting 100 and 200 ms, with room
    // for a
    // busy machine
    long healthyAt = System.currentTimeMillis() + 5000;
    FunctionId id =
        tested.deploy(
            "import os, time\nif time.time() * 1000 < %d: os._exit(3)\n%s"
                .formatted(healthyAt, ADD));
    tested.awaitFailed(id);

    // Then, by and by
    assertThat(tested.call(tested.awaitReady(id), "{\"a\":1,\"b\":2}").asInt()).isEqualTo(3);
  }

  @Test
  void drainingInstanceIsReplacedAtOnceWhileItFinishesItsCalls() throws Exception {
    // Given one call that is stuck and one that ends in its own time
    FunctionId id =
        tested.deploy(
            "import time\ndef callme(seconds):\n    time.sleep(seconds)\n    return seconds\n",
            ProcessTestPlatform.limits(Duration.ofSeconds(3)));
    Instance first = tested.awaitReady(id);
    CompletableFuture<?> stuck =
        CompletableFuture.runAsync(() -> callAndDrop(first, "{\"seconds\":60}"), background);
    await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
    CompletableFuture<Double> late =
        CompletableFuture.supplyAsync(() -> callFor(first, "{\"seconds\":2.8}"), background);

    // When
    Instance second = tested.awaitReplaced(id, first);

    // Then
    assertThat(late).isNotDone();
    assertThat(tested.call(second, "{\"seconds\":0}").asDouble()).isZero();
    assertThat(late.get()).isEqualTo(2.8);
    stuck.get();
    await()
        .untilAsserted(() ->
            assertThat(tested.log(id))
                .contains("instance 1 has ended: a call did not end within its timeout"));
  }

  @Test
  void frozenProcessIsKilledAndReplaced() throws IOException {
    // Given a sandbox of its own, in whose environment the function's id is
    FunctionId id = tested.deploy(ADD, ProcessTestPlatform.limits(Duration.ofSeconds(29)));
    Instance first = tested.awaitReady(id);

    // When
    tested.signalDrivers(id, "STOP");

    // Then
    Instance second = tested.awaitReplaced(id, first);
    assertThat(tested.call(second, "{\"a\":1,\"b\":2}").asInt()).isEqualTo(3);
    assertThat(tested.ends(id)).singleElement().asString().contains("3 health checks");
    assertThat(tested.log(id)).contains("instance 1 has ended: it did not answer 3 health checks");
  }

  @Test
  void functionThatStopsItsDriverFromTakingConnectionsIsReplaced() {
    // Given a function that closes what its driver listens on
    FunctionId id =
        tested.deploy(
            """
            import os, socket, stat
            def callme():
                for fd in range(3, 100):
                    try:
                        if stat.S_ISSOCK(os.fstat(fd).st_mode):
                            if socket.socket(fileno=os.dup(fd)).getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                                os.close(fd)
                    except OSError:
                        pass
            """);
    Instance first = tested.awaitReady(id);

    // When
    callAndDrop(first, "{}");

    // Then
    tested.awaitReplaced(id, first);
  }

  @Test
  void callThatHoldsTheInterpreterWithinItsTimeCostsNothing() {
    // Given a call that leaves the health checks without an answer for eleven seconds
    FunctionId id =
        tested.deploy(
            """
            import time
            def callme():
                begin = time.time()
                sum(range(5_000_000))
                sum(range(int(5_000_000 * 11 / (time.time() - begin))))
                return 'done'
            """,
            ProcessTestPlatform.limits(Duration.ofSeconds(60)));
    Instance first = tested.awaitReady(id);

    // When / Then
    assertThat(textFor(first, "{}")).isEqualTo("done");
    assertThat(tested.ends(id)).isEmpty();
  }

  @Test
  void functionsThatHangWhileTheyLoadHoldUpNobody() {
    // Given
    String hangs = "import time\ntime.sleep(3600)\ndef callme(): pass\n";
    Limits six = new Limits(Duration.ofSeconds(30), 8, 64, 6, false);
    List<FunctionId> hanging = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      hanging.add(tested.deploy(hangs, six));
    }

    // When
    FunctionId id = tested.deploy(ADD);

    // Then
    await()
        .atMost(Duration.ofSeconds(15))
        .untilAsserted(() -> assertThat(tested.status(id)).isInstanceOf(Ready.class));
    hanging.forEach(tested.platform::remove);
  }

  @Test
  void asManyInstancesRunAsAskedFor() throws IOException {
    // Given
    Limits three = new Limits(Duration.ofSeconds(30), 8, 64, 3, false);
    FunctionId id = tested.deploy(CRASHES_ON_CALL, three);
    List<Instance> all = tested.awaitReady(id, 3);

    // When
    callAndDrop(all.getFirst(), "{\"number\":9}");

    // Then
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(ids(tested.awaitReady(id, 3))).doesNotContain(all.getFirst().id()));
    assertThat(tested.told(id)).noneMatch(Failed.class::isInstance);
    assertThat(ids(tested.awaitReady(id, 3))).contains(all.get(1).id(), all.get(2).id());
  }

  private static Set<String> ids(List<Instance> instances) {
    Set<String> ids = new HashSet<>();
    instances.forEach(instance -> ids.add(instance.id()));
    return ids;
  }

  @Test
  void removedFunctionFinishesItsCallsThenNothingIsLeft() throws Exception {
    // Given
    FunctionId id =
        tested.deploy("import time\ndef callme():\n    time.sleep(1)\n    return 'done'\n");
    Instance instance = tested.awaitReady(id);
    Path socket = Path.of(instance.address().getSchemeSpecificPart());
    CompletableFuture<String> running =
        CompletableFuture.supplyAsync(() -> textFor(instance, "{}"), background);
    await().untilAsserted(() -> assertThat(tested.processes()).isNotEmpty());
    await().pollDelay(Duration.ofMillis(300)).until(() -> true); // the call has begun
    int told = tested.told(id).size();

    // When
    tested.platform.remove(id);

    // Then
    assertThat(tested.platform.deployed()).doesNotContain(id);
    assertThat(running.get()).isEqualTo("done");
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(socket.getParent()).doesNotExist());
    assertThat(tested.told(id)).hasSize(told);
  }

  @Test
  void removedFunctionCanBeDeployedAgainAndADeployedOneIsLeftAlone() throws IOException {
    // Given
    FunctionId id = tested.deploy(ADD);
    Instance first = tested.awaitReady(id);
    tested.deploy(id, "python", ADD, Limits.DEFAULT);
    assertThat(tested.status(id)).isEqualTo(new Ready(List.of(first)));

    // When
    tested.platform.remove(id);
    tested.platform.remove(id);
    tested.deploy(id, "python", ADD, Limits.DEFAULT);

    // Then
    Instance second = tested.awaitReplaced(id, first);
    assertThat(tested.call(second, "{\"a\":1,\"b\":2}").asInt()).isEqualTo(3);
  }

  @Test
  void instanceThatDoesNotGetReadyInTimeIsKilledAndTriedAgain(@TempDir Path logs)
      throws IOException {
    // Given
    ProcessConfig impatient =
        new ProcessConfig(
            Files.createTempDirectory("fobtest"),
            logs,
            false,
            2,
            Duration.ofMillis(800),
            FunctionNetwork.AUTO);
    try (ProcessTestPlatform own = new ProcessTestPlatform(impatient)) {
      // When
      FunctionId id = own.deploy("import time\ntime.sleep(60)\n");

      // Then
      assertThat(own.awaitFailed(id).message()).contains("not ready within 800ms");
    }
  }

  @Test
  void closedPlatformLeavesNoProcessAndNoFile(@TempDir Path logs) throws IOException {
    // Given
    ProcessTestPlatform own = new ProcessTestPlatform(logs);
    List<FunctionId> ids = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      ids.add(own.deploy("import time\ndef callme():\n    time.sleep(30)\n"));
    }
    ids.forEach(own::awaitReady);
    CompletableFuture<Void> busy =
        CompletableFuture.runAsync(
            () -> callAndDrop(own.awaitReady(ids.getFirst()), "{}"), background);
    assertThat(own.processes()).isNotEmpty();

    // When
    long start = System.nanoTime();
    own.platform.close();
    own.platform.close();

    // Then
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    await().untilAsserted(() -> assertThat(own.processes()).isEmpty());
    assertThat(own.runtimeParent).isEmptyDirectory();
    busy.join();
    own.close();
  }

  /** Calls an instance that may end during the call. */
  private static void callAndDrop(Instance instance, String params) {
    try {
      UnixHttp.run(instance, params);
    } catch (IOException theInstanceHasGone) {
      assertThat(theInstanceHasGone).isNotNull();
    }
  }

  private double callFor(Instance instance, String params) {
    try {
      return tested.call(instance, params).asDouble();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private String textFor(Instance instance, String params) {
    try {
      return tested.call(instance, params).asText();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
