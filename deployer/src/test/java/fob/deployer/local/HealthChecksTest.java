package fob.deployer.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.deployer.Drivers;
import fob.deployer.Ending;
import fob.deployer.Platform;
import fob.deployer.local.FakeHost.FakeSandbox;
import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionStatus;
import fob.function.FunctionStatus.Ready;
import fob.function.Limits;
import fob.service.Loops;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Instances that do not serve are replaced, and others are left alone. */
class HealthChecksTest {

  private static final Code CODE = new Code(new byte[] {1});
  private static final FunctionId ID = FunctionId.random();
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final HealthChecks.Timing QUICK =
      new HealthChecks.Timing(Duration.ofMillis(100), Duration.ofSeconds(1), 3);

  @TempDir Path dir;
  private final List<FunctionStatus> told = new CopyOnWriteArrayList<>();
  private final List<String> ends = new CopyOnWriteArrayList<>();
  private FakeHost host;
  private LocalFunctions functions;

  @BeforeEach
  void start() throws IOException {
    Limits limits = new Limits(Duration.ofMillis(100), 1, 64, 1, false);
    host =
        new FakeHost(
            new FunctionSpec(ID, "python", null, limits, CODE.sha256(), 1, Instant.EPOCH), dir);
    functions =
        new LocalFunctions(
            new PlatformThreads("fake", new Loops()),
            LocalSettings.of(dir, dir),
            QUICK,
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
            (_, _, _) -> host);
    functions.deploy(host.spec(), () -> CODE);
  }

  @AfterEach
  void stop() {
    functions.close();
  }

  private FakeSandbox awaitInstance(int number) {
    await()
        .atMost(LONGEST)
        .untilAsserted(() -> {
          assertThat(told).isNotEmpty().last().isInstanceOf(Ready.class);
          assertThat(((Ready) told.getLast()).instances().getFirst().id()).endsWith("/" + number);
        });
    return host.sandboxes.getLast();
  }

  @Test
  void instanceThatTakesConnectionsButDoesNotAnswerIsKilledAndReplaced() throws IOException {
    // Given
    FakeSandbox first = awaitInstance(1);

    // When
    first.health.freeze();

    // Then
    awaitInstance(2);
    assertThat(first.asked).contains("kill");
    assertThat(ends)
        .containsExactly("it did not answer 3 health checks in a row (the last: timeout)");
    assertThat(Files.readString(dir.resolve(ID + ".log")))
        .contains("instance 1 has ended: it did not");
  }

  @Test
  void instanceThatSaysThatItCannotServeIsReplaced() {
    // When
    awaitInstance(1).health.answer("failed");

    // Then
    awaitInstance(2);
    assertThat(ends).singleElement().asString().contains("its state is 'failed'");
  }

  @Test
  void instanceWhoseSocketIsGoneIsReplaced() throws IOException {
    // When
    Files.delete(awaitInstance(1).location.socket());

    // Then
    awaitInstance(2);
  }

  @Test
  void instanceThatIsSilentButComputesMayFinishItsCallFirst() {
    // Given
    FakeSandbox first = awaitInstance(1);
    first.compute();
    long before = System.nanoTime();

    // When
    first.health.freeze();

    // Then: as long as a call may take, and 5 s
    awaitInstance(2);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofSeconds(5));
  }

  @Test
  void healthyInstanceIsLeftAlone() {
    // When
    FakeSandbox first = awaitInstance(1);
    await().atMost(LONGEST).until(() -> first.health.answers() > 5);

    // Then
    assertThat(first.asked).isEmpty();
  }

  @Test
  void thousandInstancesAreAskedAHundredTimesASecondTogether() {
    // Given
    HealthChecks checks = new HealthChecks(HealthChecks.Timing.STANDARD, new Random(1));
    checks.watch(1000);

    // Then
    assertThat(checks.pause(false)).isBetween(Duration.ofMillis(7500), Duration.ofMillis(12500));
    assertThat(checks.pause(true)).isBetween(Duration.ofMillis(1500), Duration.ofMillis(2500));
  }
}
