package fob.deployer;

import static org.assertj.core.api.Assertions.assertThat;

import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.FunctionStatus.Deploying;
import fob.function.FunctionStatus.Idle;
import fob.function.Limits;
import fob.function.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IdleFunctionsTest {

  private static final Duration IDLE = Duration.ofMinutes(10);
  private static final FunctionStatus READY = Fixtures.ready("i-1");

  private final FakePlatform platform = new FakePlatform();
  private final MockProducer<String, byte[]> producer = Fixtures.producer();
  private final States states = new States(Fixtures.writer(producer));
  private final FakeTimers timers = new FakeTimers();
  private final List<FunctionId> started = new ArrayList<>();
  private boolean codeIsReadable = true;
  private final IdleFunctions idle = new IdleFunctions(states, platform, this::start, timers);
  private final FunctionId id = add(IDLE);

  private void start(FunctionState state) {
    if (!codeIsReadable) {
      throw new TimeoutException("no broker");
    }
    started.add(state.spec().id());
  }

  private FunctionId add(@Nullable Duration idleAfter) {
    Limits limits = new Limits(Duration.ofSeconds(30), 8, 128, 1, false, 1000, 1, idleAfter);
    FunctionSpec spec =
        new FunctionSpec(
            FunctionId.random(), "python", null, limits, Fixtures.CODE.sha256(), 1, Instant.EPOCH);
    states.set(new FunctionState(spec, new Deploying("starting")));
    return spec.id();
  }

  private FunctionStatus status(FunctionId function) {
    return states.get(function).orElseThrow().status();
  }

  /** The platform tells a status, as it reaches the reconciler. */
  private void observed(FunctionId function, FunctionStatus status) {
    FunctionState known = states.get(function).orElseThrow();
    states.set(known.with(idle.observed(known, status)));
  }

  private void pass(Duration time) {
    timers.pass(time);
  }

  @Test
  void aFunctionWithoutCallsIsWrittenAsIdleFirstAndStoppedThen() {
    // Given
    observed(id, READY);

    // When
    pass(IDLE);

    // Then
    assertThat(status(id)).isEqualTo(new Idle());
    assertThat(platform.told()).isEmpty();
    pass(IdleFunctions.BEFORE_STOPPING);
    assertThat(platform.told()).containsExactly("stop " + id);
  }

  @Test
  void aFunctionWithoutTheSettingIsNeverStopped() {
    // Given
    FunctionId other = add(null);
    observed(other, READY);

    // When
    pass(Duration.ofDays(10));

    // Then
    assertThat(status(other)).isEqualTo(READY);
    assertThat(platform.told()).isEmpty();
  }

  @Test
  void aFunctionInUseIsNotStopped() {
    // Given
    observed(id, READY);

    // When
    for (int i = 0; i < 10; i++) {
      pass(IDLE.dividedBy(2));
      idle.used(id);
    }

    // Then
    assertThat(status(id)).isEqualTo(READY);
    pass(IDLE.minusMillis(1));
    assertThat(status(id)).isEqualTo(READY);
    pass(Duration.ofMillis(1));
    assertThat(status(id)).isEqualTo(new Idle());
  }

  @Test
  void aCallBeforeTheStopMakesTheFunctionReadyAgainWithTheSameInstances() {
    // Given
    observed(id, READY);
    pass(IDLE);

    // When
    idle.used(id);

    // Then
    assertThat(status(id)).isEqualTo(READY);
    pass(IDLE.minusMillis(1));
    assertThat(status(id)).isEqualTo(READY);
    assertThat(platform.told()).isEmpty();
    assertThat(started).isEmpty();
  }

  @Test
  void aCallBeforeTheStopFindsWhatThePlatformHasToldMeanwhile() {
    // Given
    observed(id, READY);
    pass(IDLE);
    observed(id, Fixtures.ready("i-2"));
    assertThat(status(id)).isEqualTo(new Idle());

    // When
    idle.used(id);

    // Then
    assertThat(status(id)).isEqualTo(Fixtures.ready("i-2"));
  }

  @Test
  void aCallAfterTheStopStartsTheFunctionOnce() {
    // Given
    observed(id, READY);
    pass(IDLE.plus(IdleFunctions.BEFORE_STOPPING));

    // When
    idle.used(id);
    idle.used(id);

    // Then
    assertThat(started).containsExactly(id);
    assertThat(status(id)).isInstanceOf(Deploying.class);
    observed(id, Fixtures.ready("i-2"));
    pass(IDLE);
    assertThat(status(id)).isEqualTo(new Idle());
  }

  @Test
  void whatWasToldBeforeTheStopChangesNothingAfterIt() {
    // Given
    observed(id, READY);
    pass(IDLE.plus(IdleFunctions.BEFORE_STOPPING));

    // When
    observed(id, READY);

    // Then
    assertThat(status(id)).isEqualTo(new Idle());
  }

  @Test
  void aFunctionWhoseCodeCannotBeReadNowStaysIdleAndStartsAtALaterReport() {
    // Given
    observed(id, READY);
    pass(IDLE.plus(IdleFunctions.BEFORE_STOPPING));
    codeIsReadable = false;

    // When
    idle.used(id);

    // Then
    assertThat(status(id)).isEqualTo(new Idle());
    codeIsReadable = true;
    idle.used(id);
    assertThat(started).containsExactly(id);
  }

  @Test
  void aFunctionThatIsNotReadyIsNotStoppedAndCountsAnewOnceItIs() {
    // Given
    observed(id, READY);
    pass(IDLE.minusSeconds(1));
    observed(id, new Deploying("restarting"));

    // When
    pass(Duration.ofMinutes(1));

    // Then
    assertThat(status(id)).isEqualTo(new Deploying("restarting"));
    observed(id, READY);
    pass(IDLE.minusMillis(1));
    assertThat(status(id)).isEqualTo(READY);
    pass(Duration.ofMillis(1));
    assertThat(status(id)).isEqualTo(new Idle());
  }

  @Test
  void nothingIsStoppedAfterAnotherDeployerHasTakenOver() {
    // Given
    observed(id, READY);
    pass(IDLE);

    // When
    idle.clear();
    pass(Duration.ofDays(1));

    // Then
    assertThat(platform.told()).isEmpty();
  }

  @Test
  void reportsOfUnknownAndRemovedFunctionsAreIgnored() {
    // Given
    observed(id, READY);
    pass(IDLE.plus(IdleFunctions.BEFORE_STOPPING));
    states.remove(id);
    idle.remove(id);

    // When
    idle.used(id);
    idle.used(FunctionId.random());

    // Then
    assertThat(started).isEmpty();
  }

  @Test
  void aVersionThatItsNameHasLeftIsStoppedAfterItsTimeUnlessTheNameReturns() {
    // Given
    FunctionId kept = add(null);
    FunctionId back = add(null);
    for (FunctionId version : List.of(kept, back)) {
      observed(version, READY);
      place(version, new Version(1, "ada", Instant.EPOCH, false));
    }

    // When
    pass(Limits.DEFAULT_KEEP.minusMillis(1));
    assertThat(status(kept)).isEqualTo(READY);
    place(back, new Version(1, "ada"));
    pass(Duration.ofDays(1));

    // Then
    assertThat(status(kept)).isEqualTo(new Idle());
    assertThat(status(back)).isEqualTo(READY);
    assertThat(platform.told()).containsExactly("stop " + kept);
    idle.start(kept);
    assertThat(started).containsExactly(kept);
  }

  private void place(FunctionId function, Version version) {
    FunctionState placed = states.get(function).orElseThrow().with(version);
    states.set(placed);
    idle.limitsChanged(placed);
  }
}
