package fob.deployer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fob.bus.wire.FunctionRowWire;
import fob.bus.wire.RegistrationWire;
import fob.deployer.layer.Dependencies;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus.Failed;
import fob.function.Registration;
import fob.service.Loops;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeadershipTest {

  private final Decisions decisions = new Decisions(new Loops());
  private final MockProducer<String, byte[]> producer = Fixtures.producer();
  private final Reconciler reconciler =
      new Reconciler(
          new FakeCodes(),
          new FakePlatform(),
          Fixtures.DRIVERS,
          new FunctionServices(Secrets.none(), Dependencies.none("fake"), (_, _) -> {}),
          Fixtures.writer(producer),
          new FakeTimers().times(5),
          new DeployerMetrics(new SimpleMeterRegistry()));
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicInteger beats = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();
  private final Leadership leadership =
      new Leadership(
          decisions,
          reconciler,
          this::takeOver,
          beats::incrementAndGet,
          new DeployerMetrics(new SimpleMeterRegistry()));

  @AfterEach
  void close() {
    decisions.close();
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(5));
  }

  private void takeOver() {
    if (failures.getAndDecrement() > 0) {
      throw new IllegalStateException("slow on purpose");
    }
    reconciler.resume(List.of(), List.of());
  }

  private void decide(Runnable decision) {
    CompletableFuture<Void> over = new CompletableFuture<>();
    decisions.soon(() -> {
      decision.run();
      over.complete(null);
    });
    over.orTimeout(10, TimeUnit.SECONDS).join();
  }

  private void register(FunctionSpec spec) {
    ProducerRecord<String, byte[]> record = RegistrationWire.encode(Fixtures.register(spec));
    receive(record.key(), record.value(), record.headers().lastHeader("fob-spec").value());
  }

  private void receive(String key, byte[] value, byte[] spec) {
    ConsumerRecord<String, byte[]> record =
        new ConsumerRecord<>(
            "fob.gen",
            0,
            0,
            1,
            TimestampType.CREATE_TIME,
            key.length(),
            value.length,
            key,
            value,
            new RecordHeaders().add("fob-spec", spec),
            Optional.empty());
    decide(() -> leadership.handle(record, done::incrementAndGet));
  }

  private List<String> keysWritten() {
    return producer.history().stream().map(ProducerRecord::key).toList();
  }

  @Test
  void aTakeOverThatFailsIsTriedAgainUntilItSucceedsAndMeanwhileItIsNotReady() {
    // Given
    failures.set(2);
    FunctionSpec spec = Fixtures.spec("python", null, 1);

    // When
    decide(leadership::gained);
    register(spec);

    // Then
    assertThat(leadership.problem())
        .contains("cannot take over the functions yet: slow on purpose");
    assertThat(keysWritten()).isEmpty();
    assertThat(beats).hasValue(0);
    await().until(() -> done.get() == 1);
    assertThat(keysWritten()).contains(spec.id().toString());
    assertThat(leadership.problem()).isEmpty();
    assertThat(beats).hasValue(1);
  }

  @Test
  void aTakeOverIsNotTriedAgainOnceTheRegistrationsAreAnothers() {
    // Given
    failures.set(Integer.MAX_VALUE);
    decide(leadership::gained);
    register(Fixtures.spec("python", null, 1));

    // When
    decide(leadership::lost);
    failures.set(0);

    // Then
    assertThat(leadership.problem()).isEmpty();
    decide(leadership::gained);
    assertThat(failures).hasValue(-1);
    assertThat(done).hasValue(0);
    assertThat(keysWritten()).isEmpty();
  }

  @Test
  void oneThatStandsByVouchesForNothingAndHasNoProblem() {
    // When
    decide(leadership::beat);
    register(Fixtures.spec("python", null, 1));

    // Then
    assertThat(beats).hasValue(0);
    assertThat(done).hasValue(0);
    assertThat(leadership.problem()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not json",
        "[]",
        "{}",
        "{\"language\":\"python\",\"memory\":64}",
        "{\"language\":\"python\",\"concurrency\":\"many\"}",
        "{\"language\":\"py\\nthon\"}",
        "{\"language\":\"python\",\"name\":\"\\u001b[2J\"}"
      })
  void aRegistrationThatIsWrongIsAFunctionThatFailedAndSaysWhy(String settings) {
    // Given
    decide(leadership::gained);
    String id = FunctionId.random().toString();

    // When
    receive(id, Fixtures.CODE.bytes(), settings.getBytes(UTF_8));

    // Then
    assertThat(done).hasValue(1);
    assertThat(producer.history()).hasSize(1);
    assertThat(state(producer.history().getFirst()).status())
        .isInstanceOfSatisfying(
            Failed.class,
            failed ->
                assertThat(failed.failure().message())
                    .startsWith("its registration is wrong: ")
                    .doesNotContain("\n", "\u001b"));
  }

  @Test
  void aRegistrationWithoutCodeInItIsAFunctionThatFailed() {
    // Given
    decide(leadership::gained);

    // When
    receive(FunctionId.random().toString(), new byte[0], "{}".getBytes(UTF_8));

    // Then
    assertThat(done).hasValue(1);
    assertThat(state(producer.history().getFirst()).spec().codeBytes()).isZero();
  }

  @Test
  void whatHasNoIdIsPassedOverAndTheNextRegistrationIsTaken() {
    // Given
    decide(leadership::gained);
    FunctionSpec spec = Fixtures.spec("python", null, 1);

    // When
    receive("no\nid\u001b[2J", Fixtures.CODE.bytes(), "{}".getBytes(UTF_8));
    register(spec);

    // Then
    assertThat(done).hasValue(2);
    assertThat(keysWritten()).containsOnly(spec.id().toString());
  }

  @Test
  void aRemovalOfWhatIsUnknownIsDone() {
    // Given
    decide(leadership::gained);

    // When
    decide(() ->
        reconciler.apply(new Registration.Remove(FunctionId.random()), done::incrementAndGet));

    // Then
    assertThat(done).hasValue(1);
  }

  private static FunctionState state(ProducerRecord<String, byte[]> record) {
    var received = new ConsumerRecord<>(record.topic(), 0, 0, record.key(), record.value());
    return FunctionRowWire.decode(received) instanceof FunctionRowWire.Row.OfFunction(var state)
        ? state
        : Assertions.fail("not a function's row");
  }
}
