package fob.gateway.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.bus.wire.FunctionRowWire;
import fob.bus.wire.PartChoice;
import fob.function.FunctionId;
import fob.function.FunctionName;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.Instance;
import fob.function.Language;
import fob.function.Limits;
import fob.function.NameChange;
import fob.function.NameState;
import fob.function.PlatformInfo;
import fob.function.Weights;
import fob.gateway.http.Problem;
import fob.service.Loops;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FunctionsTest {

  private static final TopicPartition ROWS = new TopicPartition("fob.functions", 0);
  private static final FunctionStatus DEPLOYING = new FunctionStatus.Deploying("starting");
  private static final FunctionStatus READY =
      new FunctionStatus.Ready(List.of(new Instance("1", URI.create("unix:/run/1"))));
  private static final PlatformInfo PLATFORM =
      new PlatformInfo(
          "process", List.of(Language.named("python")), "a sandbox", false, OptionalInt.empty());

  /** Kafka's mock, which would poll without a rest. */
  private static final class Bus extends MockConsumer<String, byte[]> {
    private Bus() {
      super("earliest");
      updateBeginningOffsets(Map.of(ROWS, 0L));
    }

    // Resting with the lock held would keep the test from adding records.
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    @Override
    public ConsumerRecords<String, byte[]> poll(Duration timeout) {
      ConsumerRecords<String, byte[]> records = super.poll(timeout);
      if (records.isEmpty()) {
        LockSupport.parkNanos(500_000);
      }
      return records;
    }
  }

  private final Bus bus = new Bus();
  private final Functions functions = new Functions(new Loops(), bus);
  private long end;

  @AfterEach
  void close() {
    functions.close();
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(2));
  }

  private static FunctionSpec spec(@Nullable String name, long registered) {
    return new FunctionSpec(
        FunctionId.random(),
        "python",
        name == null ? null : new FunctionName(name),
        Limits.DEFAULT,
        "0".repeat(64),
        1,
        Instant.ofEpochMilli(registered));
  }

  private void write(ProducerRecord<String, byte[]> row) {
    var record = new ConsumerRecord<>(row.topic(), 0, end++, row.key(), row.value());
    bus.schedulePollTask(() -> bus.addRecord(record));
  }

  private void write(FunctionSpec spec, FunctionStatus status) {
    write(FunctionRowWire.encode(new FunctionState(spec, status)));
  }

  private void name(String name, FunctionSpec spec) {
    write(FunctionRowWire.encode(NameState.notNumbered(new FunctionName(name), spec.id())));
  }

  private void start() throws InterruptedException {
    bus.updateEndOffsets(Map.of(ROWS, end));
    functions.start(Instant.now().plusSeconds(10));
  }

  private List<FunctionId> all() {
    return functions.all().stream().map(state -> state.spec().id()).toList();
  }

  @Test
  void whatIsRegisteredHereIsSeenAtOnceAndTheBusTakesOver() throws InterruptedException {
    // Given
    start();
    FunctionSpec spec = spec("add", 1);

    // When
    functions.registering(spec);

    // Then
    assertThat(functions.resolve("add")).contains(spec.id());
    assertThat(functions.spec(spec.id())).contains(spec);
    assertThat(all()).containsExactly(spec.id());
    write(spec, READY);
    await().until(() -> functions.state(spec.id()).orElseThrow().status().equals(READY));
    assertThat(functions.resolve("add")).contains(spec.id());
  }

  @Test
  void aNameHasABoundedNumberOfVersions() throws InterruptedException {
    // Given
    write(FunctionRowWire.encode(PLATFORM, Instant.now()));
    start();
    RegistrationCheck check =
        new RegistrationCheck(functions, PartChoice.of(_ -> Optional.empty(), Map.of()));
    RegistrationSettings add = RegistrationSettings.from(Map.of("name", "add"));
    List<FunctionSpec> versions = IntStream.range(0, 2_000).mapToObj(i -> spec("add", i)).toList();
    versions.stream().skip(1).forEach(functions::registering);
    functions.registering(spec("sub", 1));
    check.wanted(add);

    // When
    functions.registering(versions.getFirst());

    // Then
    assertThatThrownBy(() -> check.wanted(add))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("'add' has 2000 versions");
    check.wanted(RegistrationSettings.from(Map.of("name", "sub")));
    check.wanted(RegistrationSettings.from(Map.of()));
    functions.removing(versions.getFirst().id());
    check.wanted(add);
  }

  @Test
  void whatCouldNotBeWrittenIsNotThere() throws InterruptedException {
    // Given
    start();
    FunctionSpec spec = spec("add", 1);
    functions.registering(spec);

    // When
    functions.notRegistered(spec);

    // Then
    assertThat(functions.resolve("add")).isEmpty();
    assertThat(all()).isEmpty();
  }

  @Test
  void aNewVersionDoesNotTakeTheNameBeforeItIsReady() throws InterruptedException {
    // Given
    FunctionSpec one = spec("add", 1);
    write(one, READY);
    name("add", one);
    start();

    // When
    functions.registering(spec("add", 2));

    // Then
    assertThat(functions.resolve("add")).contains(one.id());
  }

  @Test
  void afterTheRemovalOfTheNewestVersionTheNameIsThatOfTheOneBeforeAtOnce()
      throws InterruptedException {
    // Given
    FunctionSpec one = spec("add", 1);
    FunctionSpec two = spec("add", 2);
    FunctionSpec three = spec("add", 3);
    List.of(one, two, three).forEach(version -> write(version, READY));
    name("add", three);
    start();

    // When
    functions.removing(three.id());

    // Then
    assertThat(functions.resolve("add")).contains(two.id());
    assertThat(functions.resolve(three.id().toString())).isEmpty();
    assertThat(functions.state(three.id())).isEmpty();
    assertThat(all()).containsExactly(one.id(), two.id());
  }

  @Test
  void aRemovalThatCouldNotBeWrittenIsUndone() throws InterruptedException {
    // Given
    FunctionSpec one = spec("add", 1);
    write(one, READY);
    name("add", one);
    start();
    functions.removing(one.id());

    // When
    functions.notRemoved(one.id());

    // Then
    assertThat(functions.resolve("add")).contains(one.id());
  }

  @Test
  void aNameCanBeGivenAgainRightAfterItsRemoval() throws InterruptedException {
    // Given
    FunctionSpec old = spec("add", 1);
    write(old, READY);
    name("add", old);
    start();
    functions.removing(old.id());
    FunctionSpec next = spec("add", 2);

    // When
    functions.registering(next);

    // Then
    assertThat(functions.resolve("add")).contains(next.id());
  }

  private static NameState divided(FunctionSpec ninety, FunctionSpec ten) {
    NameState name = NameState.ofFirst(new FunctionName("add"), 1, ninety.id());
    return name.with(new TreeMap<>(Map.of(1, ninety.id(), 2, ten.id())))
        .changed(
            new NameChange(
                "change", Instant.EPOCH, "ada", new Weights(new TreeMap<>(Map.of(1, 90, 2, 10)))));
  }

  private Set<FunctionId> called(String function) {
    return IntStream.range(0, 200)
        .mapToObj(lot -> functions.requireForCall(function, "lot-" + lot).id())
        .collect(Collectors.toSet());
  }

  @Test
  void callsByANameAreDividedAndEverythingElseIsAboutTheLargestWeight()
      throws InterruptedException {
    // Given
    FunctionSpec one = spec("add", 1);
    FunctionSpec two = spec("add", 2);
    List.of(one, two).forEach(version -> write(version, READY));
    write(FunctionRowWire.encode(divided(one, two)));
    start();

    // Then
    assertThat(called("add")).containsExactlyInAnyOrder(one.id(), two.id());
    assertThat(called("add@2")).containsExactly(two.id());
    assertThat(functions.resolve("add")).contains(one.id());
    assertThat(functions.require("add@2").spec()).isEqualTo(two);
    assertThatThrownBy(() -> functions.requireForCall("add@9", "lot"))
        .hasMessageStartingWith("there is no version 9 of 'add'; there are add@2, add@1;")
        .hasFieldOrPropertyWithValue("status", 404);
    functions.removing(two.id());
    assertThat(called("add")).containsExactly(one.id());
    assertThat(functions.resolve("add@2")).isEmpty();
  }

  @Test
  void aRegistrationHereChangesNothingOfANameThatWasRolledBack() throws InterruptedException {
    // Given
    FunctionSpec one = spec("add", 1);
    FunctionSpec two = spec("add", 2);
    List.of(one, two).forEach(version -> write(version, READY));
    NameState name =
        divided(one, two).changed(new NameChange("back", Instant.EPOCH, "ada", Weights.allTo(1)));
    write(FunctionRowWire.encode(name));
    start();

    // When
    functions.registering(spec("add", 3));

    // Then
    assertThat(called("add")).containsExactly(one.id());
  }

  @Test
  void aWaitForANameEndsWithItsChangeOrItsTime() throws InterruptedException {
    // Given
    FunctionName add = new FunctionName("add");
    FunctionSpec one = spec("add", 1);
    start();

    // Then
    assertThat(functions.names().await(add, name -> name, Duration.ofMillis(20))).isEmpty();
    write(FunctionRowWire.encode(divided(one, spec("add", 2))));
    assertThat(functions.names().await(add, name -> name, Duration.ofSeconds(10))).isPresent();
  }

  @Test
  void whatAnotherGatewayRemovedIsGoneAlsoIfItWasRegisteredHere() throws InterruptedException {
    // Given
    start();
    FunctionSpec spec = spec("add", 1);
    functions.registering(spec);

    // When
    write(FunctionRowWire.delete(spec.id().toString()));

    // Then
    await().until(() -> functions.resolve("add").isEmpty());
    assertThat(all()).isEmpty();
  }

  @Test
  void anOldHeartbeatVouchesForNothingAndANewOneDoes() throws InterruptedException {
    // Given
    write(FunctionRowWire.encode(PLATFORM, Instant.now()));
    start();
    assertThat(functions.platform()).contains(PLATFORM);
    assertThat(functions.unvouched()).isPresent();

    // When
    write(FunctionRowWire.encode(PLATFORM, Instant.now().plusSeconds(3)));

    // Then
    await().until(() -> functions.unvouched().isEmpty());
  }

  @Test
  void theWaitForASettledFunctionEndsWithItsStatusOrItsTime() throws InterruptedException {
    // Given
    start();
    FunctionSpec spec = spec(null, 1);
    write(spec, DEPLOYING);

    // Then
    assertThat(functions.awaitSettled(spec.id(), Duration.ofMillis(20))).isEmpty();
    write(spec, READY);
    assertThat(functions.awaitSettled(spec.id(), Duration.ofSeconds(10)))
        .isEqualTo(Optional.of(READY));
  }
}
