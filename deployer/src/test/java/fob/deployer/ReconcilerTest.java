package fob.deployer;

import static org.assertj.core.api.Assertions.assertThat;

import fob.bus.wire.FunctionRowWire;
import fob.deployer.layer.Dependencies;
import fob.function.FunctionId;
import fob.function.FunctionName;
import fob.function.FunctionSchema;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.FunctionStatus.Deploying;
import fob.function.FunctionStatus.Failed;
import fob.function.Instance;
import fob.function.LastEnd;
import fob.function.Limits;
import fob.function.NameState;
import fob.function.Registration;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReconcilerTest {

  @TempDir Path folder;

  private final FakePlatform platform = new FakePlatform();
  private final FakeCodes codes = new FakeCodes();
  private final MockProducer<String, byte[]> producer = Fixtures.producer();
  private final FakeTimers timers = new FakeTimers();
  private final AtomicInteger done = new AtomicInteger();
  private final List<String> asked = new ArrayList<>();
  private @Nullable FunctionSchema schema;
  private Reconciler reconciler;

  @BeforeEach
  void start() throws IOException {
    reconciler = reconciler(Fixtures.writer(producer));
  }

  private Reconciler reconciler(FunctionWriter writer) throws IOException {
    return new Reconciler(
        codes,
        platform,
        Fixtures.drivers(folder),
        new FunctionServices(
            Secrets.none(),
            Dependencies.none("fake"),
            (instance, answer) -> {
              asked.add(instance.id());
              answer.accept(Optional.ofNullable(schema));
            }),
        writer,
        timers.times(5),
        new DeployerMetrics(new SimpleMeterRegistry()));
  }

  private void register(FunctionSpec spec) {
    reconciler.apply(Fixtures.register(spec), done::incrementAndGet);
  }

  /** Returns the written rows in order: statuses of functions and targets of names. */
  private List<String> written() {
    List<String> written = new ArrayList<>();
    for (ProducerRecord<String, byte[]> record : producer.history()) {
      if (record.topic().equals("fob.functions")) {
        written.add(record.value() == null ? "forget " + record.key() : text(record));
      }
    }
    return written;
  }

  private static String text(ProducerRecord<String, byte[]> record) {
    var received = new ConsumerRecord<>(record.topic(), 0, 0, record.key(), record.value());
    return switch (FunctionRowWire.decode(received)) {
      case FunctionRowWire.Row.OfFunction(
              FunctionState(
                  FunctionSpec spec,
                  FunctionStatus status,
                  boolean _,
                  var _,
                  var _,
                  var _,
                  var _)) ->
          spec.id() + " " + status;
      case FunctionRowWire.Row.OfName(NameState name) -> record.key() + " -> " + name.target();
      case FunctionRowWire.Row.OfPlatform _ -> "platform";
    };
  }

  @Test
  void aRegistrationIsWrittenAndDeployed() {
    // Given
    FunctionSpec spec = Fixtures.spec("python", "add", 1);

    // When
    register(spec);

    // Then
    assertThat(platform.told()).containsExactly("deploy " + spec.id() + " " + spec.codeSha256());
    assertThat(producer.history())
        .extracting(ProducerRecord::topic)
        .startsWith("fob.code", "fob.functions");
    assertThat(written())
        .containsExactly(spec.id() + " " + new Deploying("starting"), "add -> " + spec.id());
    assertThat(done).hasValue(1);
  }

  private @Nullable FunctionSchema writtenSchema() {
    ProducerRecord<String, byte[]> last = producer.history().getLast();
    var received = new ConsumerRecord<>(last.topic(), 0, 0, last.key(), last.value());
    return FunctionRowWire.decode(received) instanceof FunctionRowWire.Row.OfFunction(var state)
        ? state.schema()
        : null;
  }

  private void becomesReady(FunctionSpec spec, String instance) {
    reconciler.observed(
        spec.id(),
        new FunctionStatus.Ready(List.of(new Instance(instance, URI.create("unix:/" + instance)))));
  }

  @Test
  void oneInstanceIsAskedOnceForTheSchema() {
    // Given
    FunctionSpec spec = Fixtures.spec("python", null, 1);
    register(spec);
    schema = new FunctionSchema("{\"parameters\":{\"type\":\"object\"}}");

    // When
    becomesReady(spec, "i-1");
    FunctionSchema first = writtenSchema();
    becomesReady(spec, "i-2");

    // Then
    assertThat(asked).containsExactly("i-1");
    assertThat(first).isEqualTo(schema);
    assertThat(writtenSchema()).isEqualTo(schema);
  }

  @Test
  void anotherInstanceIsAskedIfOneGaveNoAnswer() {
    // Given
    FunctionSpec spec = Fixtures.spec("python", null, 1);
    register(spec);
    becomesReady(spec, "i-1");

    // When
    schema = FunctionSchema.NONE;
    becomesReady(spec, "i-2");
    becomesReady(spec, "i-3");

    // Then
    assertThat(asked).containsExactly("i-1", "i-2");
    assertThat(writtenSchema()).isEqualTo(FunctionSchema.NONE);
  }

  @Test
  void aLanguageWithoutDriverFailsTheFunctionAndSaysWhichThereAre() {
    // Given
    FunctionSpec spec = Fixtures.spec("cobol", null, 1);

    // When
    register(spec);

    // Then
    assertThat(platform.told()).isEmpty();
    assertThat(written().getLast())
        .isEqualTo(
            spec.id()
                + " "
                + new Failed(
                    FunctionStatus.FailureReason.of(
                        "there is no driver for 'cobol'; there are drivers for python")));
  }

  @Test
  void whatThePlatformSeesIsWrittenOnce() {
    // Given
    FunctionSpec spec = Fixtures.spec("python", null, 1);
    register(spec);
    reconciler.observed(spec.id(), Fixtures.ready("i-1"));

    // When
    reconciler.observed(spec.id(), Fixtures.ready("i-1"));

    // Then
    assertThat(written())
        .containsExactly(
            spec.id() + " " + new Deploying("starting"), spec.id() + " " + Fixtures.ready("i-1"));
  }

  @Test
  void whatThePlatformSeesOfAnUnknownFunctionIsNotWritten() {
    // When
    reconciler.observed(FunctionId.random(), Fixtures.ready("i-1"));

    // Then
    assertThat(written()).isEmpty();
  }

  @Test
  void aNameMovesToANewerVersionOnceThatIsReady() {
    // Given
    FunctionSpec old = Fixtures.spec("python", "add", 1);
    FunctionSpec newer = Fixtures.spec("python", "add", 2);
    register(old);
    reconciler.observed(old.id(), Fixtures.ready("i-1"));
    register(newer);
    assertThat(written()).doesNotContain("add -> " + newer.id());

    // When
    reconciler.observed(newer.id(), Fixtures.ready("i-2"));

    // Then
    assertThat(written())
        .as("and the old version is kept for a while")
        .endsWith("add -> " + newer.id(), old.id() + " " + Fixtures.ready("i-1"));
  }

  @Test
  void aNameDoesNotMoveBackToAnOlderVersion() {
    // Given
    FunctionSpec old = Fixtures.spec("python", "add", 1);
    FunctionSpec newer = Fixtures.spec("python", "add", 2);
    register(old);
    register(newer);
    reconciler.observed(newer.id(), Fixtures.ready("i-2"));

    // When
    reconciler.observed(old.id(), Fixtures.ready("i-1"));

    // Then
    assertThat(written().getLast()).isEqualTo(old.id() + " " + Fixtures.ready("i-1"));
  }

  @Test
  void aNewVersionThatFailsDoesNotTakeTheName() {
    // Given
    FunctionSpec old = Fixtures.spec("python", "add", 1);
    FunctionSpec broken = Fixtures.spec("python", "add", 2);
    register(old);
    reconciler.observed(old.id(), Fixtures.ready("i-1"));
    register(broken);

    // When
    reconciler.observed(broken.id(), new Failed(FunctionStatus.FailureReason.of("SyntaxError")));

    // Then
    assertThat(written()).doesNotContain("add -> " + broken.id());
  }

  @Test
  void aRemovalStopsTheFunctionAndForgetsItWithItsNames() {
    // Given
    FunctionSpec spec = Fixtures.spec("python", "add", 1);
    register(spec);

    // When
    reconciler.apply(new Registration.Remove(spec.id()), done::incrementAndGet);

    // Then
    assertThat(platform.deployed()).isEmpty();
    assertThat(written()).endsWith("forget add", "forget " + spec.id());
    assertThat(producer.history().getLast().topic()).isEqualTo("fob.code");
    assertThat(done).hasValue(2);
  }

  @Test
  void afterARemovalWhatThePlatformSeesIsNotWritten() {
    // Given
    FunctionSpec spec = Fixtures.spec("python", null, 1);
    register(spec);
    reconciler.apply(new Registration.Remove(spec.id()), done::incrementAndGet);

    // When
    reconciler.observed(spec.id(), Fixtures.ready("i-1"));

    // Then
    assertThat(written().getLast()).isEqualTo("forget " + spec.id());
  }

  @Test
  void removingWhatIsUnknownIsDone() {
    // When
    reconciler.apply(new Registration.Remove(FunctionId.random()), done::incrementAndGet);

    // Then
    assertThat(done).hasValue(1);
  }

  @Test
  void stoppingRemovesEverythingFromThePlatformAndWritesNothing() {
    // Given
    FunctionSpec spec = Fixtures.spec("python", "add", 1);
    register(spec);
    int before = producer.history().size();

    // When
    reconciler.stop();

    // Then
    assertThat(platform.deployed()).isEmpty();
    reconciler.observed(spec.id(), Fixtures.ready("i-1"));
    assertThat(producer.history()).hasSize(before);
  }

  @Test
  void takingOverRemovesWhatNobodyWants() {
    // Given
    FunctionSpec orphan = Fixtures.spec("python", null, 1);
    platform.deploy(orphan, Fixtures.CODE);

    // When
    reconciler.resume(List.of(), List.of());

    // Then
    assertThat(platform.deployed()).isEmpty();
  }

  private void resume(FunctionState... states) {
    reconciler.resume(List.of(states), List.of());
  }

  private void deployAll() {
    for (var wait = reconciler.deployNext(); wait.isPresent(); wait = reconciler.deployNext()) {
      assertThat(wait.get()).isZero();
    }
  }

  @Test
  void aNameFallsBackToTheVersionBeforeOnceTheNewestIsRemoved() {
    // Given
    FunctionSpec one = Fixtures.spec("python", "add", 1);
    FunctionSpec two = Fixtures.spec("python", "add", 2);
    FunctionSpec three = Fixtures.spec("python", "add", 3);
    for (FunctionSpec version : List.of(one, two, three)) {
      register(version);
      reconciler.observed(version.id(), Fixtures.ready("i-" + version.id()));
    }

    // When
    reconciler.apply(new Registration.Remove(three.id()), done::incrementAndGet);

    // Then
    assertThat(written()).containsSubsequence("add -> " + two.id(), "forget " + three.id());
    assertThat(written()).last().isEqualTo("forget " + three.id());
  }

  @Test
  void takingOverMendsNamesThatWereNotWritten() {
    // Given
    FunctionSpec one = Fixtures.spec("python", "add", 1);
    FunctionId gone = FunctionId.random();

    // When
    reconciler.resume(
        List.of(new FunctionState(one, new Deploying("starting"))),
        List.of(
            NameState.notNumbered(new FunctionName("add"), gone),
            NameState.notNumbered(new FunctionName("old"), gone)));

    // Then
    assertThat(written())
        .as("and the version has its number")
        .containsExactlyInAnyOrder(
            one.id() + " " + new Deploying("starting"), "add -> " + one.id(), "forget old");
  }

  @Test
  void whatDiedWithTheLastDeployerIsNotReady() {
    // Given
    FunctionSpec spec = Fixtures.spec("python", null, 1);
    codes.put(spec.id());

    // When
    resume(new FunctionState(spec, Fixtures.ready("i-1")));

    // Then
    assertThat(written())
        .containsExactly(spec.id() + " " + new Deploying("starting again with its deployer"));
  }

  @Test
  void whatOutlivedTheLastDeployerStaysReady() {
    // Given
    FunctionSpec spec = Fixtures.spec("python", null, 1);
    codes.put(spec.id());
    platform.outlivesDeployer(true);

    // When
    resume(new FunctionState(spec, Fixtures.ready("i-1")));
    deployAll();

    // Then
    assertThat(written()).isEmpty();
    assertThat(platform.deployed()).containsExactly(spec.id());
    assertThat(platform.told()).first().isEqualTo("was ready: i-1");
  }

  @Test
  void codeThatCannotBeReadNowFailsNothingAndHoldsUpNobody() {
    // Given
    FunctionSpec slow = Fixtures.spec("python", null, 1);
    FunctionSpec other = Fixtures.spec("python", null, 2);
    codes.put(slow.id());
    codes.put(other.id());
    codes.unreadable(slow.id(), true);
    resume(
        new FunctionState(slow, new Deploying("starting")),
        new FunctionState(other, new Deploying("starting")));

    // When
    assertThat(reconciler.deployNext()).hasValueSatisfying(wait -> assertThat(wait).isPositive());
    reconciler.deployNext();

    // Then
    assertThat(platform.deployed()).containsExactly(other.id());
    assertThat(written()).noneMatch(row -> row.contains("Failed"));
    codes.unreadable(slow.id(), false);
    deployAll();
    assertThat(platform.deployed()).containsExactlyInAnyOrder(slow.id(), other.id());
  }

  @Test
  void aPlatformThatNeedsNoCodeDeploysWhileCodeCannotBeRead() {
    // Given
    FunctionSpec spec = Fixtures.spec("python", null, 1);
    codes.put(spec.id());
    codes.unreadable(spec.id(), true);
    platform.needsCode(false);
    resume(new FunctionState(spec, new Deploying("starting")));

    // When
    deployAll();

    // Then
    assertThat(platform.deployed()).containsExactly(spec.id());
  }

  @Test
  void codeThatIsGoneFailsTheFunction() {
    // Given
    FunctionSpec spec = Fixtures.spec("python", null, 1);
    resume(new FunctionState(spec, new Deploying("starting")));

    // When
    deployAll();

    // Then
    assertThat(written().getLast()).contains("its code is not on the bus any more");
  }

  @Test
  void aFunctionThatIsRemovedBeforeItsTurnIsNotDeployed() {
    // Given
    FunctionSpec spec = Fixtures.spec("python", null, 1);
    codes.put(spec.id());
    resume(new FunctionState(spec, new Deploying("starting")));
    reconciler.apply(new Registration.Remove(spec.id()), done::incrementAndGet);

    // When
    deployAll();

    // Then
    assertThat(platform.deployed()).isEmpty();
  }

  @Test
  void aPlatformThatThrowsFailsTheFunctionAndNothingIsLost() {
    // Given
    FunctionSpec spec = Fixtures.spec("python", "add", 1);
    platform.broken(true);

    // When
    register(spec);

    // Then
    assertThat(done).hasValue(1);
    assertThat(written().getLast()).contains("Failed", "broken on purpose");
    reconciler.apply(new Registration.Remove(spec.id()), done::incrementAndGet);
    assertThat(done).hasValue(2);
    assertThat(written()).endsWith("forget add", "forget " + spec.id());
  }

  @Test
  void whatThePlatformCanNeverHoldHasFailedWithTheNumbers() {
    // Given
    FunctionSpec small = Fixtures.spec("python", null, 1);
    FunctionSpec spec =
        new FunctionSpec(
            small.id(),
            "python",
            null,
            new Limits(Duration.ofSeconds(1), 1, 256, 5, false),
            small.codeSha256(),
            small.codeBytes(),
            small.registered());

    // When
    register(spec);

    // Then
    assertThat(platform.told()).isEmpty();
    assertThat(written().getLast())
        .contains(
            "instances=5 with memory=256 need 1280 MiB, and the platform 'fake' has 1024 MiB");
  }

  @Test
  void aRefusedRegistrationIsAFunctionThatFailedAlsoAfterARestart() {
    // Given
    FunctionSpec spec = Fixtures.spec("unknown", null, 1);
    reconciler.refuse(spec, "wrong on purpose", done::incrementAndGet);
    Failed failed = new Failed(FunctionStatus.FailureReason.of("wrong on purpose"));

    // When
    resume(new FunctionState(spec, failed));
    deployAll();

    // Then
    assertThat(done).hasValue(1);
    assertThat(written()).containsExactly(spec.id() + " " + failed);
  }

  @Test
  void aRefusedRegistrationUnderTheIdOfAFunctionChangesNothing() {
    // Given
    FunctionSpec spec = Fixtures.spec("python", null, 1);
    register(spec);
    int before = written().size();

    // When
    reconciler.refuse(spec, "wrong on purpose", done::incrementAndGet);

    // Then
    assertThat(done).hasValue(2);
    assertThat(written()).hasSize(before);
  }

  @Test
  void aRegistrationIsNotDoneBeforeItIsWritten() throws IOException {
    // Given
    Queue<Runnable> later = new ArrayDeque<>();
    Reconciler patient = reconciler(Fixtures.writer(Fixtures.producer(), later::add));

    // When
    patient.apply(Fixtures.register(Fixtures.spec("python", null, 1)), done::incrementAndGet);

    // Then
    assertThat(done).hasValue(0);
    later.remove().run();
    assertThat(done).hasValue(1);
  }

  @Test
  void lastEndStaysWhileLaterInstancesAreReadyAndIsCounted() {
    // Given
    FunctionSpec spec = Fixtures.spec("python", null, 1);
    register(spec);
    Instant at = Instant.ofEpochMilli(1000);

    // When
    reconciler.ended(spec.id(), "out of memory", Instant.EPOCH);
    reconciler.ended(spec.id(), "exit code 1", at);
    reconciler.observed(spec.id(), Fixtures.ready("i-1"));

    // Then
    ProducerRecord<String, byte[]> last = producer.history().getLast();
    assertThat(
            FunctionRowWire.decode(
                new ConsumerRecord<>(last.topic(), 0, 0, last.key(), last.value())))
        .isEqualTo(
            new FunctionRowWire.Row.OfFunction(
                new FunctionState(
                    spec, Fixtures.ready("i-1"), true, new LastEnd("exit code 1", at, 2))));
  }
}
