package fob.deployer.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import fob.deployer.Drivers;
import fob.deployer.Ending;
import fob.deployer.Platform;
import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionStatus;
import fob.function.FunctionStatus.Deploying;
import fob.function.FunctionStatus.Failed;
import fob.function.FunctionStatus.FailureReason;
import fob.function.FunctionStatus.Ready;
import fob.function.Instance;
import fob.function.Limits;
import fob.service.Loops;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cases that real sandboxes cannot easily show, such as refused starts and a change of deployer.
 */
class LocalFunctionsTest {

  private static final Code CODE = new Code(new byte[] {1});
  private static final FunctionId ID = FunctionId.random();

  @TempDir Path dir;
  private final List<FunctionStatus> told = new CopyOnWriteArrayList<>();
  private final List<String> ends = new CopyOnWriteArrayList<>();
  private FakeHost host;
  private LocalFunctions functions;

  @BeforeEach
  void start() throws IOException {
    host = new FakeHost(spec(1), dir);
    functions =
        new LocalFunctions(
            new PlatformThreads("fake", new Loops()),
            LocalSettings.of(dir, dir),
            Drivers.in(TestPlatform.DRIVERS),
            new Platform.Listener() {
              @Override
              public void changed(FunctionId id, FunctionStatus status) {
                told.add(status);
              }

              @Override
              public void ended(FunctionId id, Ending why, Instant at) {
                ends.add(why.text());
              }
            },
            (_, code, _) -> {
              var _ = code.read();
              return host;
            });
  }

  @AfterEach
  void stop() {
    functions.close();
  }

  private static FunctionSpec spec(int instances) {
    Limits limits = new Limits(Duration.ofSeconds(1), 1, 64, instances, false);
    return new FunctionSpec(ID, "python", null, limits, CODE.sha256(), 1, Instant.EPOCH);
  }

  private void awaitTold(FunctionStatus status) {
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(told).isNotEmpty().last().isEqualTo(status));
  }

  private FunctionStatus ready(int... numbers) {
    List<Instance> instances =
        java.util.Arrays.stream(numbers)
            .mapToObj(host::location)
            .map(InstanceLocation::instance)
            .toList();
    return new Ready(instances);
  }

  @Test
  void refusalThatPassesByItselfIsWaitedForAndNoFailure() {
    // Given
    host.refusal.set(StartRefused.waitingFor("better times"));

    // When
    functions.deploy(host.spec(), () -> CODE);

    // Then
    awaitTold(new Deploying("waiting for better times"));
    host.refusal.set(null);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(told).last().isInstanceOf(Ready.class));
    assertThat(told).noneMatch(Failed.class::isInstance);
  }

  @Test
  void instanceWithOldSecretsServesUntilItsSuccessorIsReady() {
    // Given
    functions.deploy(host.spec(), () -> CODE);
    awaitTold(ready(1));
    host.outdated.add(1);

    // When
    functions.secretsChanged(ID);

    // Then
    awaitTold(ready(2));
    assertThat(told).filteredOn(Ready.class::isInstance).containsExactly(ready(1), ready(2));
    assertThat(told.subList(told.indexOf(ready(1)), told.size())).allMatch(Ready.class::isInstance);
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(host.sandboxes.getFirst().asked).contains("terminate"));
    assertThat(ends).isNotEmpty().allMatch(end -> end.contains("a secret has changed"));
  }

  @Test
  void instancesAreRenewedOneAfterTheOther() throws IOException {
    // Given
    host = new FakeHost(spec(3), dir);
    functions.deploy(host.spec(), () -> CODE);
    awaitTold(ready(1, 2, 3));
    host.outdated.addAll(List.of(1, 2, 3));

    // When
    functions.secretsChanged(ID);

    // Then
    awaitTold(ready(4, 5, 6));
    assertThat(told).contains(ready(4, 2, 3), ready(4, 5, 3));
  }

  @Test
  void instanceStaysWhileItsSuccessorCannotStart() {
    // Given
    functions.deploy(host.spec(), () -> CODE);
    awaitTold(ready(1));
    host.refusal.set(StartRefused.untilOperatorActs("there is no secret"));
    host.outdated.add(1);

    // When
    functions.secretsChanged(ID);
    await().atMost(Duration.ofSeconds(10)).until(() -> logged("2"));
    host.refusal.set(null);

    // Then
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(told).last().isInstanceOf(Ready.class).isNotEqualTo(ready(1)));
    assertThat(told).noneMatch(Failed.class::isInstance);
  }

  private boolean logged(String number) throws IOException {
    Path log = dir.resolve(ID + ".log");
    return Files.exists(log) && Files.readString(log).contains("instance " + number + " has ended");
  }

  @Test
  void instanceWithTheRightSecretsIsLeftAlone() {
    // Given
    functions.deploy(host.spec(), () -> CODE);
    awaitTold(ready(1));

    // When
    functions.secretsChanged(ID);
    functions.replace(ID, host.location(1).instance().id(), "another reason");

    // Then
    awaitTold(ready(2));
    assertThat(host.sandboxes).hasSize(2);
  }

  @Test
  void functionWhoseCodeCannotBeReadIsNotDeployedAndCanBeLater() {
    // When
    assertThatThrownBy(() ->
            functions.deploy(
                host.spec(),
                () -> {
                  throw new TimeoutException("slow on purpose");
                }))
        .isInstanceOf(TimeoutException.class);

    // Then
    assertThat(functions.deployed()).isEmpty();
    functions.deploy(host.spec(), () -> CODE);
    awaitTold(ready(1));
  }

  @Test
  void functionWhoseCodeIsLostHasFailed() {
    // When
    functions.deploy(
        host.spec(),
        () -> {
          throw new IOException("its code is lost");
        });

    // Then
    awaitTold(new Failed(FailureReason.of("fob could not prepare the function: its code is lost")));
  }

  @Test
  void refusalThatNeedsHelpFailsTheFunctionUntilItHasCome() {
    // Given
    host.refusal.set(StartRefused.untilOperatorActs("there is no image"));

    // When
    functions.deploy(host.spec(), () -> CODE);

    // Then
    awaitTold(new Failed(FailureReason.of("there is no image")));
    host.refusal.set(null);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(told).last().isInstanceOf(Ready.class));
  }

  @Test
  void whatRunsAlreadyIsToldAsItIsAndWhatIsMissingIsStarted() throws IOException {
    // Given
    host = new FakeHost(spec(2), dir);
    host.leftRunning(7);

    // When
    functions.deploy(host.spec(), () -> CODE);

    // Then
    awaitTold(ready(7, 8));
    assertThat(told).noneMatch(Deploying.class::isInstance);
  }

  @Test
  void instancesThatAreLeftAreNeitherEndedNorToldAnyMore() {
    // Given
    functions.deploy(host.spec(), () -> CODE);
    awaitTold(ready(1));
    int before = told.size();

    // When
    functions.leaveAll();
    functions.close();

    // Then
    assertThat(host.sandboxes).hasSize(1);
    assertThat(host.sandboxes.getFirst().asked).containsExactly("leave");
    assertThat(told).hasSize(before);
    assertThat(host.location(1).socket()).exists();
  }

  @Test
  void instancesThatAreNotLeftEndWhenAllIsClosed() {
    // Given
    functions.deploy(host.spec(), () -> CODE);
    awaitTold(ready(1));

    // When
    functions.close();

    // Then
    assertThat(host.sandboxes.getFirst().asked).contains("terminate");
    assertThat(host.location(1).socket()).doesNotExist();
  }

  @Test
  void aFunctionThatIsStoppedDrainsBesideItsNextInstanceAndTellsNothingMore() {
    // Given
    host.obeys = false;
    functions.deploy(host.spec(), () -> CODE);
    awaitTold(ready(1));
    told.clear();

    // When
    functions.stop(ID);

    // Then
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> assertThat(host.sandboxes.getFirst().asked).containsExactly("terminate"));
    assertThat(functions.deployed()).isEmpty();
    assertThat(told).isEmpty();
    assertThat(dir.resolve(ID + ".log")).content().contains("idle: its instances end");
    host.sandboxes.getFirst().ended.complete(new SandboxExit.Code(0, false, false));
    await().atMost(Duration.ofSeconds(10)).until(() -> !Files.exists(host.location(1).run()));

    // When
    functions.deploy(host.spec(), () -> CODE);

    // Then
    awaitTold(ready(1));
    assertThat(ends).isEmpty();
  }

  @Test
  void reportedInstanceFinishesItsCallsAndIsReplaced() throws IOException {
    // Given
    functions.deploy(host.spec(), () -> CODE);
    awaitTold(ready(1));

    // When
    functions.replace(ID, host.location(1).instance().id(), "it answered for another call");

    // Then
    awaitTold(ready(2));
    assertThat(host.sandboxes.getFirst().asked).containsExactly("terminate");
    await()
        .untilAsserted(() ->
            assertThat(ends).containsExactly("it was replaced: it answered for another call"));
    assertThat(Files.readString(dir.resolve(ID + ".log")))
        .contains("instance 1 finishes its calls and is replaced: it answered for another call");
  }

  @Test
  void reportOfAnInstanceThatIsNotKnownOrIsReplacedAlreadyChangesNothing() {
    // Given
    functions.deploy(host.spec(), () -> CODE);
    awaitTold(ready(1));
    String first = host.location(1).instance().id();
    functions.replace(ID, first, "it is stuck");
    awaitTold(ready(2));

    // When
    functions.replace(ID, first, "it is stuck");
    functions.replace(ID, "nobody's", "it is stuck");
    functions.replace(FunctionId.random(), first, "it is stuck");

    // Then
    assertThat(host.sandboxes).hasSize(2);
    assertThat(host.sandboxes.getLast().asked).isEmpty();
  }

  @Test
  void instancesThatAreReportedAgainAndAgainAreReplacedEverMoreRarely() throws IOException {
    // Given
    functions.deploy(host.spec(), () -> CODE);

    // When
    for (int number = 1; number <= 4; number++) {
      awaitTold(ready(number));
      functions.replace(ID, host.location(number).instance().id(), "it is stuck");
    }

    // Then
    awaitTold(ready(5));
    assertThat(Files.readString(dir.resolve(ID + ".log")))
        .contains("starting again in 100ms")
        .contains("starting again in 200ms")
        .contains("starting again in 400ms");
  }

  @Test
  void loadErrorThatIsTooLongToReadFailsTheFunctionAllTheSame() {
    // Given
    String line = "{\"event\":\"failed\",\"error\":{\"type\":\"SyntaxError\",\"message\":\"";
    host.events =
        List.of(
            (line + "x".repeat(SandboxOutput.LONGEST_EVENT))
                .substring(0, SandboxOutput.LONGEST_EVENT));

    // When
    functions.deploy(host.spec(), () -> CODE);

    // Then
    await()
        .untilAsserted(() ->
            assertThat(told)
                .last()
                .isInstanceOfSatisfying(
                    Failed.class,
                    failed -> {
                      assertThat(failed.failure().type()).isEqualTo("SyntaxError");
                      assertThat(failed.failure().message()).contains("at too great a length");
                    }));
    assertThat(host.sandboxes).hasSize(1);
  }

  @Test
  void driverThatFloodsItsEventStreamIsEnded() {
    // Given
    host.events =
        Stream.concat(host.events.stream(), Stream.generate(() -> "{}").limit(1000)).toList();

    // When
    functions.deploy(host.spec(), () -> CODE);

    // Then
    await()
        .untilAsserted(
            () -> assertThat(ends).isNotEmpty().first().asString().contains("1000 lines"));
    assertThat(host.sandboxes.getFirst().asked).contains("kill");
  }

  @Test
  void nothingWaitsForAStartThatIsNoLongerWanted() {
    // Given more instances that hang while they load than may start at a time
    host = new FakeHost(spec(100), dir);
    host.events = List.of();
    functions.deploy(host.spec(), () -> CODE);
    await().until(() -> !host.sandboxes.isEmpty());

    // When
    long before = System.nanoTime();
    functions.close();

    // Then
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
  }
}
