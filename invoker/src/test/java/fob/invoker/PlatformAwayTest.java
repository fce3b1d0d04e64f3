package fob.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fob.bus.table.FunctionTable;
import fob.bus.wire.CallWire;
import fob.bus.wire.FunctionRowWire;
import fob.bus.wire.ResponseWire;
import fob.call.Call;
import fob.function.Language;
import fob.function.PlatformInfo;
import fob.service.Loops;
import fob.traces.Traces;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The replies to calls while no deployer sends a heartbeat. */
class PlatformAwayTest {

  private static final TopicPartition ROWS = new TopicPartition("fob.functions", 0);

  private final AtomicLong silence = new AtomicLong();
  private final MockConsumer<String, byte[]> bus = new MockConsumer<>("earliest");
  private final MockProducer<String, byte[]> producer =
      new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
  private final Lanes lanes = Fixtures.lanes(1, producer);
  private final FunctionTable functions =
      new FunctionTable(
          new Loops(), bus, (id, state) -> {}, () -> System.nanoTime() + silence.get());
  private final CallRunner<Call> runner =
      new CallRunner<>(
          functions,
          lanes,
          new SyncSemantics(
              new ReplyPublisher(new BusWriter(producer), new ReplyTopics(_ -> true))),
          Fixtures.onePartition(functions, producer),
          Fixtures.withoutKeys(),
          new Observation((_, _) -> {}, Traces.NONE, InstantSource.system()));

  @AfterEach
  void close() {
    functions.close();
  }

  private void aDeployerOffers(boolean outlivesDeployer) throws InterruptedException {
    var info =
        new PlatformInfo(
            "local",
            List.of(Language.named("python")),
            "a sandbox",
            outlivesDeployer,
            OptionalInt.empty());
    var row = FunctionRowWire.encode(info, Instant.now());
    bus.updateBeginningOffsets(Map.of(ROWS, 0L));
    bus.updateEndOffsets(Map.of(ROWS, 1L));
    bus.schedulePollTask(
        () -> bus.addRecord(new ConsumerRecord<>(ROWS.topic(), 0, 0, row.key(), row.value())));
    functions.start(Instant.now().plusSeconds(10));
  }

  /** Runs a call that may wait for a second. */
  private String statusOfACall() {
    var record =
        new ConsumerRecord<>(
            "fob.call",
            0,
            7,
            System.currentTimeMillis(),
            TimestampType.LOG_APPEND_TIME,
            0,
            2,
            Fixtures.ID.toString(),
            "{}".getBytes(UTF_8),
            new RecordHeaders(),
            Optional.empty());
    String deadline = Long.toString(System.currentTimeMillis() + 1_000);
    record.headers().add(CallWire.DEADLINE, deadline.getBytes(UTF_8));
    runner.handle(record, () -> {});
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> !producer.history().isEmpty());
    var reply = producer.history().getFirst();
    return new String(reply.headers().lastHeader(ResponseWire.STATUS).value(), UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    // Only instances that end with their deployer are gone.
    "false, 11, platform-away",
    "true, 11, expired",
    "false, 5, expired"
  })
  void aCallThatWaitsForAnInstanceEndsAsPlatformAwayIfNoDeployerRuns(
      boolean outlivesDeployer, long silentForSeconds, String status) throws Exception {
    // Given
    aDeployerOffers(outlivesDeployer);
    lanes.changed(Fixtures.ID, Optional.of(Fixtures.deploying("it starts")));

    // When
    silence.set(Duration.ofSeconds(silentForSeconds).toNanos());

    // Then
    assertThat(statusOfACall()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({"false, platform-away", "true, expired"})
  void aCallWhoseInstanceIsGoneEndsAtOnceIfNoDeployerRuns(boolean outlivesDeployer, String status)
      throws Exception {
    // Given
    aDeployerOffers(outlivesDeployer);
    lanes.changed(Fixtures.ID, Optional.of(Fixtures.ready(1, Fixtures.instance("ended"))));

    // When
    silence.set(Duration.ofSeconds(11).toNanos());

    // Then
    assertThat(statusOfACall()).isEqualTo(status);
  }
}
