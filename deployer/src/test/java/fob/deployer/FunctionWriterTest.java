package fob.deployer;

import static org.assertj.core.api.Assertions.assertThat;

import fob.function.FunctionName;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus.Deploying;
import fob.function.Language;
import fob.function.PlatformInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FunctionWriterTest {

  private final MockProducer<String, byte[]> producer = Fixtures.producer(false);
  private final FunctionWriter writer = new FunctionWriter(producer);
  private final AtomicInteger written = new AtomicInteger();
  private final FunctionSpec spec = Fixtures.spec("python", "add", 1);

  @AfterEach
  void close() {
    writer.close();
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

  @Test
  void theCodeIsWrittenBeforeTheFunctionAndBothMustBe() {
    // Given
    writer.register(state("starting"), Fixtures.CODE, written::incrementAndGet);

    // When
    producer.completeNext();

    // Then
    assertThat(written).hasValue(0);
    producer.completeNext();
    assertThat(written).hasValue(1);
    assertThat(producer.history())
        .extracting(ProducerRecord::topic)
        .containsExactly("fob.code", "fob.functions");
  }

  @Test
  void forgettingWritesTwoTombstones() {
    // Given
    writer.forget(spec.id(), written::incrementAndGet);

    // When
    producer.completeNext();
    producer.completeNext();

    // Then
    assertThat(written).hasValue(1);
    assertThat(producer.history())
        .allMatch(record -> record.value() == null && record.key().equals(spec.id().toString()))
        .extracting(ProducerRecord::topic)
        .containsExactly("fob.functions", "fob.code");
  }

  @Test
  void namesAndThePlatformAreWritten() {
    // When
    writer.point(new FunctionName("add"), spec.id());
    writer.forget(new FunctionName("add"));
    writer.write(
        new PlatformInfo(
            "process", List.of(Language.named("python")), "a sandbox", false, OptionalInt.empty()),
        Instant.EPOCH);

    // Then
    assertThat(producer.history())
        .extracting(ProducerRecord::key)
        .containsExactly("add", "add", "_platform");
  }

  @Test
  void whatWasNotWrittenIsTriedAgainUntilItIs() {
    // Given
    writer.forget(spec.id(), written::incrementAndGet);
    producer.completeNext();

    // When
    producer.errorNext(new TimeoutException("broker is away"));

    // Then
    await().until(() -> producer.history().size() == 3);
    assertThat(written).hasValue(0);
    producer.completeNext();
    assertThat(written).hasValue(1);
  }

  @Test
  void aSendThatFailsAtOnceIsTriedAgain() {
    // Given
    producer.sendException = new TimeoutException("no metadata");
    writer.write(state("first"));

    // When
    producer.sendException = null;

    // Then
    await().until(() -> producer.history().size() == 1);
    assertThat(note(producer.history().getFirst())).isEqualTo("first");
  }

  @Test
  void anOlderStateNeverOverwritesANewerOne() {
    // Given
    writer.write(state("old"));
    producer.errorNext(new TimeoutException("broker is away"));

    // When
    writer.write(state("new"));

    // Then
    producer.completeNext();
    await()
        .during(Duration.ofMillis(700))
        .until(() ->
            producer.history().stream()
                .map(FunctionWriterTest::note)
                .toList()
                .equals(List.of("old", "new")));
  }

  @Test
  void anOlderStateIsNotTriedAgainWhileANewerOneIsUnderWay() {
    // Given
    writer.write(state("old"));
    producer.errorNext(new TimeoutException("broker is away"));

    // When
    writer.write(state("new"));

    // Then
    await().during(Duration.ofMillis(700)).until(() -> producer.history().size() == 2);
    producer.completeNext();
  }

  @Test
  void aRegistrationWhoseStateIsSupersededCountsAsWrittenOnceTheNewerIs() {
    // Given
    writer.register(state("starting"), Fixtures.CODE, written::incrementAndGet);
    producer.completeNext();
    producer.errorNext(new TimeoutException("broker is away"));

    // When
    writer.write(state("newer"));

    // Then
    producer.completeNext();
    await().until(() -> written.get() == 1);
  }

  @Test
  void aClosedWriterTriesNoMore() {
    // Given
    writer.forget(spec.id(), written::incrementAndGet);
    writer.close();

    // When
    producer.errorNext(new TimeoutException("too late"));
    producer.errorNext(new TimeoutException("too late"));

    // Then
    assertThat(producer.closed()).isTrue();
    assertThat(producer.history()).hasSize(2);
    assertThat(written).hasValue(0);
  }
}
