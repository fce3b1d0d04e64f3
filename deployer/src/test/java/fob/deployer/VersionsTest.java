package fob.deployer;

import static org.assertj.core.api.Assertions.assertThat;

import fob.bus.wire.FunctionRowWire;
import fob.deployer.layer.Dependencies;
import fob.function.FunctionId;
import fob.function.FunctionName;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.FunctionStatus.Deploying;
import fob.function.FunctionStatus.Failed;
import fob.function.FunctionStatus.Idle;
import fob.function.Limits;
import fob.function.NameChange;
import fob.function.NameState;
import fob.function.Registration;
import fob.function.Version;
import fob.function.Weights;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the deployer does with the versions of a name, as it is on the bus. */
class VersionsTest {

  private static final FunctionName ADD = new FunctionName("add");
  private static final FunctionStatus READY = Fixtures.ready("i-1");
  private static final Failed FAILED = new Failed(FunctionStatus.FailureReason.of("SyntaxError"));
  private static final int KEPT = 3;

  /** More than the time for which a version may have calls that were accepted by the name. */
  private static final Duration LONG = Duration.ofHours(2);

  @TempDir Path folder;

  private final FakePlatform platform = new FakePlatform();
  private final FakeCodes codes = new FakeCodes();
  private final FakeTimers timers = new FakeTimers();
  private final AtomicInteger done = new AtomicInteger();
  private MockProducer<String, byte[]> producer = Fixtures.producer();
  private final Map<String, FunctionRowWire.Row> rows = new HashMap<>();
  private final List<FunctionSpec> specs = new ArrayList<>();
  private Reconciler reconciler;

  @BeforeEach
  void start() throws IOException {
    producer = Fixtures.producer();
    reconciler =
        new Reconciler(
            codes,
            platform,
            Fixtures.drivers(folder),
            new FunctionServices(Secrets.none(), Dependencies.none("fake"), (_, _) -> {}),
            Fixtures.writer(producer),
            timers.times(KEPT),
            new DeployerMetrics(new SimpleMeterRegistry()));
  }

  private void read() {
    for (ProducerRecord<String, byte[]> record : producer.history()) {
      if (record.topic().equals("fob.functions")) {
        if (record.value() == null) {
          rows.remove(record.key());
        } else {
          rows.put(
              record.key(),
              FunctionRowWire.decode(
                  new ConsumerRecord<>(record.topic(), 0, 0, record.key(), record.value())));
        }
      }
    }
    producer.clear();
  }

  private Optional<FunctionState> state(int number) {
    read();
    return Optional.ofNullable(rows.get(specs.get(number - 1).id().toString()))
        .map(row -> ((FunctionRowWire.Row.OfFunction) row).state());
  }

  private FunctionStatus status(int number) {
    return state(number).orElseThrow().status();
  }

  private NameState name() {
    read();
    return ((FunctionRowWire.Row.OfName) Objects.requireNonNull(rows.get("add"))).name();
  }

  private FunctionId deploy(FunctionStatus status) {
    FunctionSpec spec = Fixtures.spec("python", "add", specs.size() + 1L);
    specs.add(spec);
    codes.put(spec.id());
    reconciler.apply(new Registration.Register(spec, Fixtures.CODE, "ada"), done::incrementAndGet);
    reconciler.observed(spec.id(), status);
    return spec.id();
  }

  private void ask(Weights weights) {
    ask("change-" + timers.instant().toEpochMilli(), weights);
  }

  private void ask(String id, Weights weights) {
    reconciler.apply(
        new Registration.ChangeName(ADD, new NameChange(id, timers.instant(), "bob", weights)),
        done::incrementAndGet);
  }

  /** Another deployer takes over what this one has written. */
  private void handOver() throws IOException {
    read();
    start();
    List<FunctionState> states = new ArrayList<>();
    List<NameState> names = new ArrayList<>();
    rows.values()
        .forEach(row -> {
          switch (row) {
            case FunctionRowWire.Row.OfFunction(FunctionState state) -> states.add(state);
            case FunctionRowWire.Row.OfName(NameState name) -> names.add(name);
            case FunctionRowWire.Row.OfPlatform _ -> {}
          }
        });
    reconciler.resume(states, names);
  }

  @Test
  void versionsAreNumberedAndANumberIsNotUsedAgainWhileTheNameExists() throws IOException {
    deploy(READY);
    FunctionId two = deploy(FAILED);
    assertThat(state(1).orElseThrow().version()).isEqualTo(new Version(1, "ada"));
    assertThat(state(2).orElseThrow().version()).isEqualTo(new Version(2, "ada"));

    reconciler.apply(new Registration.Remove(two), done::incrementAndGet);
    handOver();
    deploy(READY);

    assertThat(name().versions().keySet()).containsExactly(1, 3);
    assertThat(name().weights()).isEqualTo(Weights.allTo(3));
  }

  @Test
  void rowsOfBeforeGetNumbersInTheOrderOfTheirRegistrations() {
    FunctionSpec one = Fixtures.spec("python", "add", 1);
    FunctionSpec two = Fixtures.spec("python", "add", 2);
    FunctionSpec three = Fixtures.spec("python", "add", 3);
    specs.addAll(List.of(one, two, three));

    reconciler.resume(
        List.of(
            new FunctionState(three, new Deploying("starting")),
            new FunctionState(two, READY),
            new FunctionState(one, READY)),
        List.of(NameState.notNumbered(ADD, two.id())));

    assertThat(name().versions()).containsEntry(1, one.id()).containsEntry(3, three.id());
    assertThat(name().weights()).isEqualTo(Weights.allTo(2));
    assertThat(state(3).orElseThrow().version()).isEqualTo(new Version(3, Registration.ANONYMOUS));
    reconciler.observed(three.id(), READY);
    assertThat(name().weights()).isEqualTo(Weights.allTo(3));
  }

  @Test
  void aVersionThatTheNameHasLeftIsStoppedAfterItsTimeAndARollbackStartsItFirst() {
    FunctionId one = deploy(READY);
    deploy(READY);
    timers.pass(Limits.DEFAULT_KEEP.minusSeconds(1));
    assertThat(status(1)).isEqualTo(READY);
    timers.pass(Duration.ofSeconds(10));
    assertThat(status(1)).isEqualTo(new Idle());
    assertThat(platform.told()).contains("stop " + one);

    ask(Weights.allTo(1));

    assertThat(status(1)).isInstanceOf(Deploying.class);
    assertThat(platform.deployed()).contains(one);
    assertThat(name().weights()).isEqualTo(Weights.allTo(2));
    reconciler.observed(one, READY);
    assertThat(name().weights()).isEqualTo(Weights.allTo(1));
    assertThat(name().history().getFirst().by()).isEqualTo("bob");
    timers.pass(LONG);
    assertThat(status(1)).isEqualTo(READY);
    assertThat(status(2)).isEqualTo(new Idle());
  }

  @Test
  void aRollbackThatIsPendingGoesOnAtTheNextDeployerAndOneThatIsOverStays() throws IOException {
    FunctionId one = deploy(READY);
    FunctionId two = deploy(READY);
    timers.pass(LONG);
    platform.outlivesDeployer(true);
    codes.unreadable(one, true);
    ask("back", Weights.allTo(1));
    assertThat(status(1)).isEqualTo(new Idle());
    codes.unreadable(one, false);

    handOver();

    assertThat(status(1)).isInstanceOf(Deploying.class);
    reconciler.observed(one, READY);
    assertThat(name().weights()).isEqualTo(Weights.allTo(1));
    ask("back", Weights.allTo(1));
    assertThat(name().history()).hasSize(3);
    platform.outlivesDeployer(false);
    handOver();
    reconciler.observed(two, READY);
    reconciler.observed(one, READY);
    assertThat(name().weights()).isEqualTo(Weights.allTo(1));
  }

  @Test
  void aVersionThatGetsTheNameBackBecauseAnotherOneFailsIsStarted() {
    FunctionId one = deploy(READY);
    FunctionId two = deploy(READY);
    timers.pass(LONG);
    assertThat(status(1)).isEqualTo(new Idle());

    reconciler.observed(two, FAILED);

    assertThat(name().weights()).isEqualTo(Weights.allTo(1));
    assertThat(status(1)).isInstanceOf(Deploying.class);
    assertThat(platform.deployed()).contains(one);
  }

  @Test
  void onlyTheNewestVersionsStayAndOthersAreStoppedSoonAndRemovedLater() {
    FunctionId one = deploy(READY);
    deploy(READY);
    ask(Weights.allTo(1));
    deploy(READY);
    deploy(READY);
    FunctionId two = specs.get(1).id();
    timers.pass(Duration.ofSeconds(30));
    assertThat(status(1)).isEqualTo(new Idle());
    assertThat(status(2)).isEqualTo(READY);

    deploy(READY);
    timers.pass(Duration.ofSeconds(30));
    assertThat(status(2)).isEqualTo(new Idle());
    assertThat(state(3)).isPresent();
    timers.pass(LONG);

    assertThat(state(1)).isEmpty();
    assertThat(state(2)).isEmpty();
    assertThat(platform.told()).contains("remove " + one, "remove " + two);
    assertThat(name().versions().keySet()).containsExactly(3, 4, 5);
  }

  @Test
  void anOldVersionStaysAsLongAsItIsCalled() {
    FunctionId one = deploy(READY);
    for (int i = 0; i < KEPT; i++) {
      deploy(READY);
    }

    for (int i = 0; i < 2000; i++) {
      timers.pass(Duration.ofSeconds(4));
      reconciler.used(one);
    }

    assertThat(status(1)).isEqualTo(READY);
    timers.pass(Duration.ofSeconds(20));
    assertThat(state(1)).isEmpty();
  }

  @Test
  void anOldVersionThatStartsInVainIsRemovedToo() {
    deploy(READY);
    for (int i = 0; i < KEPT; i++) {
      deploy(READY);
    }
    reconciler.observed(specs.getFirst().id(), new Deploying("waiting for memory"));

    timers.pass(LONG);

    assertThat(state(1)).isEmpty();
  }

  @Test
  void anOldVersionThatACallStartsIsNotRemovedMeanwhile() {
    FunctionId one = deploy(READY);
    for (int i = 0; i < KEPT; i++) {
      deploy(READY);
    }
    for (int i = 0; i < 2000; i++) {
      timers.pass(Duration.ofSeconds(2));
      reconciler.used(one);
      reconciler.observed(one, new Deploying("an instance is being replaced"));
      timers.pass(Duration.ofSeconds(2));
      reconciler.observed(one, READY);
    }

    assertThat(state(1)).isPresent();
  }

  @Test
  void aRemovalThatTheNextDeployerReadsAgainCostsNoVersionThatCameLater() throws IOException {
    Registration removal = new Registration.RemoveName(ADD, "ada");
    FunctionId one = deploy(READY);
    reconciler.apply(removal, done::incrementAndGet);
    deploy(READY);
    FunctionSpec later = specs.get(1);

    // The deployer ends before it has committed that it has read the removal and what followed.
    handOver();
    reconciler.apply(removal, done::incrementAndGet);
    reconciler.apply(new Registration.Register(later, Fixtures.CODE, "ada"), done::incrementAndGet);
    reconciler.observed(later.id(), READY);

    assertThat(name().versions()).containsOnly(Map.entry(1, later.id())).doesNotContainValue(one);
    assertThat(status(2)).isEqualTo(READY);
  }

  @Test
  void theRemovalOfANameRemovesItsVersionsAndStartsNone() {
    deploy(READY);
    deploy(READY);
    timers.pass(LONG);
    int told = platform.told().size();

    reconciler.apply(new Registration.RemoveName(ADD, "ada"), done::incrementAndGet);

    read();
    assertThat(rows).isEmpty();
    assertThat(platform.told().subList(told, platform.told().size()))
        .noneMatch(what -> what.startsWith("deploy"));
    assertThat(done).hasValue(3);
    reconciler.apply(new Registration.RemoveName(ADD, "ada"), done::incrementAndGet);
    ask(Weights.allTo(1));
    assertThat(done).hasValue(5);
  }

  @Test
  void aChangeIsDoneWhenItIsWrittenAndIsRefusedWithTheReason() {
    deploy(READY);
    ask("none", Weights.allTo(7));

    assertThat(done).hasValue(2);
    assertThat(name().refused())
        .isEqualTo(new NameState.Refused("none", "there is no add@7; there are add@1"));
    assertThat(name().history())
        .extracting(NameChange::at)
        .isNotEmpty()
        .doesNotContain(Instant.EPOCH);
  }
}
