package fob.deployer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.bus.wire.Topics;
import fob.function.FunctionName;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus.Deploying;
import fob.function.Language;
import fob.function.NameState;
import fob.function.PlatformInfo;
import fob.service.Loops;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FunctionWriterTest {

  private final MockProducer<String, byte[]> first = Fixtures.producer();
  private final MockProducer<String, byte[]> second = Fixtures.producer();
  private final Queue<MockProducer<String, byte[]>> producers =
      new ArrayDeque<>(List.of(first, second));
  private final AtomicInteger fences = new AtomicInteger();
  private final FencedProducer fenced =
      new FencedProducer(producers::remove, fences::incrementAndGet);

  /** What the writer's thread has to do. */
  private final Queue<Runnable> tasks = new ArrayDeque<>();

  private final FunctionWriter writer =
      new FunctionWriter(fenced, tasks::add, new Loops().loop("writer"));
  private final AtomicInteger written = new AtomicInteger();
  private final FunctionSpec spec = Fixtures.spec("python", "add", 1);

  @BeforeEach
  void begin() {
    fenced.begin();
  }

  @AfterEach
  void close() {
    writer.close();
  }

  private void runTasks() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(5)).pollInterval(Duration.ofMillis(5));
  }

  private FunctionState state(String note) {
    return new FunctionState(spec, new Deploying(note));
  }

  private static String note(ProducerRecord<String, byte[]> record) {
    String json = new String(record.value(), java.nio.charset.StandardCharsets.UTF_8);
    return json.replaceAll(".*\"note\":\"([^\"]*)\".*", "$1");
  }

  private List<String> notes() {
    return first.history().stream().map(FunctionWriterTest::note).toList();
  }

  @Test
  void theCodeAndTheFunctionAreOneTransaction() {
    // When
    writer.register(state("starting"), Fixtures.CODE, written::incrementAndGet);

    // Then
    assertThat(written).hasValue(0);
    runTasks();
    assertThat(written).hasValue(1);
    assertThat(first.commitCount()).isEqualTo(1);
    assertThat(first.history())
        .extracting(ProducerRecord::topic)
        .containsExactly("fob.code", "fob.functions");
  }

  @Test
  void forgettingWritesTwoTombstonesInOneTransaction() {
    // When
    writer.forget(spec.id(), written::incrementAndGet);
    runTasks();

    // Then
    assertThat(written).hasValue(1);
    assertThat(first.commitCount()).isEqualTo(1);
    assertThat(first.history())
        .allMatch(record -> record.value() == null && record.key().equals(spec.id().toString()))
        .extracting(ProducerRecord::topic)
        .containsExactly("fob.functions", "fob.code");
  }

  @Test
  void namesAndThePlatformAreWritten() {
    // When
    writer.write(NameState.notNumbered(new FunctionName("add"), spec.id()), () -> {});
    writer.write(NameState.notNumbered(new FunctionName("sub"), spec.id()), () -> {});
    writer.forget(new FunctionName("add"), () -> {});
    writer.write(
        new PlatformInfo(
            "process", List.of(Language.named("python")), "a sandbox", false, OptionalInt.empty()),
        Instant.EPOCH);
    runTasks();

    // Then
    assertThat(first.history())
        .as("the newest of each key, in the order of the newest writes")
        .extracting(ProducerRecord::key)
        .containsExactly("sub", "add", "_platform");
    assertThat(first.history().get(1).value()).isNull();
  }

  @Test
  void whatWaitsIsWrittenTogetherAndTheNewestReplacesTheOlder() {
    // Given
    writer.register(state("starting"), Fixtures.CODE, written::incrementAndGet);

    // When
    writer.write(state("newer"), written::incrementAndGet);
    runTasks();

    // Then
    assertThat(first.commitCount()).isEqualTo(1);
    assertThat(first.history()).hasSize(2);
    assertThat(note(first.history().getLast())).isEqualTo("newer");
    assertThat(written).as("both count as written").hasValue(2);
  }

  @Test
  void aRecordThatIsTooLargeIsLeftOutAndStopsNothing() {
    // Given
    FunctionState tooLarge = state("x".repeat(Topics.MAX_RECORD_BYTES));

    // When
    writer.write(tooLarge, written::incrementAndGet);
    writer.register(tooLarge, Fixtures.CODE, written::incrementAndGet);
    writer.write(state("next"), written::incrementAndGet);
    runTasks();

    // Then
    assertThat(notes()).containsExactly("next");
    assertThat(written).hasValue(3);
  }

  @Test
  void whatWasNotWrittenIsTriedAgainUntilItIsUnlessANewerRecordReplacesIt() throws Exception {
    // Given
    first.commitTransactionException = new KafkaException("a record was not written");
    writer.write(state("old"), written::incrementAndGet);
    Thread thread = Thread.ofVirtual().start(this::runTasks);
    await().until(first::transactionAborted);
    assertThat(written).hasValue(0);

    // When
    writer.write(state("new"), written::incrementAndGet);
    first.commitTransactionException = null;

    // Then
    await().until(() -> written.get() == 2);
    thread.join();
    assertThat(notes()).containsExactly("new");
    assertThat(fences).hasValue(0);
  }

  @Test
  void aTransactionWhoseEndIsNotAnsweredInTimeIsEndedAgain() throws Exception {
    // Given
    first.commitTransactionException = new TimeoutException("the broker is away");
    writer.write(state("first"), written::incrementAndGet);

    // When
    Thread thread = Thread.ofVirtual().start(this::runTasks);
    await().until(first::transactionInFlight);
    first.commitTransactionException = null;

    // Then
    thread.join();
    assertThat(written).hasValue(1);
    assertThat(notes()).containsExactly("first");
    assertThat(first.transactionAborted()).isFalse();
  }

  @Test
  void aSendThatFailsAtOnceIsTriedAgain() throws Exception {
    // Given
    first.sendException = new KafkaException("no metadata");
    writer.write(state("first"));
    Thread thread = Thread.ofVirtual().start(this::runTasks);
    await().until(first::transactionAborted);

    // When
    first.sendException = null;

    // Then
    thread.join();
    assertThat(notes()).containsExactly("first");
  }

  @Test
  void aDeployerThatWasReplacedHearsOfItAndWritesNothingUntilItBeginsAgain() {
    // Given
    first.fenceProducer();

    // When
    writer.write(state("late"), written::incrementAndGet);
    runTasks();
    writer.write(state("later"), written::incrementAndGet);
    runTasks();

    // Then
    assertThat(fences).hasValue(1);
    assertThat(written).hasValue(0);
    assertThat(first.history()).isEmpty();
    assertThat(first.closed()).isTrue();

    // When
    fenced.begin();
    writer.write(state("again"), written::incrementAndGet);
    runTasks();

    // Then
    assertThat(written).hasValue(1);
    assertThat(second.history()).hasSize(1);
  }

  @Test
  void whatWaitsWhenAnotherDeployerTakesOverIsNeverWritten() {
    // Given
    writer.write(state("late"), written::incrementAndGet);

    // When
    writer.abandon();
    fenced.begin();
    runTasks();

    // Then
    assertThat(written).hasValue(0);
    assertThat(first.history()).isEmpty();
    assertThat(second.history()).isEmpty();
    assertThat(fences).as("it knew by itself").hasValue(0);
  }

  @Test
  void aBeginningThatKafkaRefusesLeavesNoProducer() {
    // Given
    writer.abandon();
    second.initTransactionException = new KafkaException("transactions are not allowed");

    // When
    assertThatThrownBy(fenced::begin).hasMessage("transactions are not allowed");

    // Then
    assertThat(second.closed()).isTrue();
    assertThat(fenced.isActive()).isFalse();
  }

  @Test
  void aClosedWriterTriesNoMore() {
    // Given
    writer.forget(spec.id(), written::incrementAndGet);

    // When
    writer.close();
    runTasks();

    // Then
    assertThat(first.closed()).isTrue();
    assertThat(first.history()).isEmpty();
    assertThat(written).hasValue(0);
  }
}
