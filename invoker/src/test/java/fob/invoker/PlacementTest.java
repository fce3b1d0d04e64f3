package fob.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fob.bus.Bus;
import fob.bus.BusSettings;
import fob.bus.loop.Delivery;
import fob.bus.table.FunctionTable;
import fob.bus.wire.CallWire;
import fob.bus.wire.MovedCallWire;
import fob.bus.wire.PartChoice;
import fob.bus.wire.Parts;
import fob.bus.wire.Topic;
import fob.function.FunctionId;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class PlacementTest {

  private static final FunctionTable FUNCTIONS =
      new FunctionTable(new Bus(BusSettings.of("127.0.0.1:9")), (id, state) -> {});
  private static final String ID = Fixtures.ID.toString();
  private static final int COUNT = 16;
  private static final int RIGHT = Topic.partition(ID, COUNT);
  private static final int WRONG = (RIGHT + 1) % COUNT;

  private final MockProducer<String, byte[]> producer =
      new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer());
  private final Map<FunctionId, FunctionState> known = new HashMap<>();
  private final Placement placement =
      new Placement(
          FUNCTIONS,
          new PartChoice(id -> Optional.ofNullable(known.get(id)), _ -> COUNT, Random::new),
          new BusWriter(producer));
  private final AtomicInteger done = new AtomicInteger();

  @AfterAll
  static void closeTable() {
    FUNCTIONS.close();
  }

  private static ConsumerRecord<String, byte[]> record(int partition, String key, int bytes) {
    ConsumerRecord<String, byte[]> record =
        new ConsumerRecord<>(
            "fob.call",
            partition,
            7,
            1_800_000_000_000L,
            TimestampType.LOG_APPEND_TIME,
            0,
            0,
            key,
            new byte[bytes],
            new RecordHeaders(),
            Optional.empty());
    record.headers().add("tenant", "blue".getBytes(UTF_8));
    return record;
  }

  private boolean move(ConsumerRecord<String, byte[]> record) {
    return placement.move(record, CallWire.decode(record), done::incrementAndGet);
  }

  @Test
  void aRecordInThePartitionOfItsFunctionStays() {
    assertThat(move(record(RIGHT, ID, 1))).isFalse();
    assertThat(producer.history()).isEmpty();
  }

  @Test
  void aRecordStaysInEachPartitionOfADividedFunctionAndOthersAreMovedToOne() {
    // Given
    known.put(
        Fixtures.ID, Fixtures.state(new FunctionStatus.Deploying("starting"), Fixtures.spread(4)));
    Parts parts = new Parts(Fixtures.ID, 4, COUNT);

    for (int distance = 0; distance < COUNT; distance++) {
      // When
      boolean moved = move(record((RIGHT + distance) % COUNT, ID, 1));

      // Then
      assertThat(moved)
          .as("%d partitions after the first", distance)
          .isEqualTo(distance % (COUNT / 4) != 0);
    }
    assertThat(producer.history())
        .hasSize(COUNT - 4)
        .allSatisfy(record -> assertThat(parts.contains(record.partition())).isTrue());
  }

  /** Its gateway knows the function earlier, and has chosen the partition by the key. */
  @Test
  void aRecordWithAnIdempotencyKeyIsNotMovedBeforeItsFunctionIsKnown() {
    // Given
    String hash = "0123456789abcdef".repeat(4);
    Parts parts = new Parts(Fixtures.ID, 4, COUNT);
    int part =
        IntStream.range(0, 4)
            .filter(one -> parts.partition(one) != parts.partitionOf(hash))
            .findFirst()
            .orElseThrow();
    for (int partition : List.of(parts.partitionOf(hash), parts.partition(part))) {
      ConsumerRecord<String, byte[]> record = record(partition, ID, 1);
      record.headers().add(CallWire.REQUEST_ID, new UUID(7, 1).toString().getBytes(UTF_8));
      record.headers().add(CallWire.KEY, hash.getBytes(UTF_8));
      record.headers().add(CallWire.KEY_ANSWER, "answer".getBytes(UTF_8));

      // When
      boolean movedBefore = move(record);
      known.put(
          Fixtures.ID,
          Fixtures.state(new FunctionStatus.Deploying("starting"), Fixtures.spread(4)));
      boolean movedAfter = move(record);
      known.clear();

      // Then
      assertThat(movedBefore).isFalse();
      assertThat(movedAfter).isEqualTo(partition != parts.partitionOf(hash));
    }
    assertThat(producer.history())
        .singleElement()
        .satisfies(moved -> assertThat(moved.partition()).isEqualTo(parts.partitionOf(hash)));
  }

  @Test
  void aRecordElsewhereIsWrittenAgainAndIsDoneOnceKafkaHasIt() {
    // When
    boolean moved = move(record(WRONG, ID, 1));

    // Then
    assertThat(moved).isTrue();
    assertThat(done).hasValue(0);
    producer.completeNext();
    assertThat(done).hasValue(1);
    ProducerRecord<String, byte[]> second = producer.history().getFirst();
    assertThat(second.partition()).isEqualTo(RIGHT);
    assertThat(second.key()).isEqualTo(ID);
    assertThat(second.headers().lastHeader("tenant").value()).asString(UTF_8).isEqualTo("blue");
    assertThat(second.headers().lastHeader("fob-request-id").value())
        .asString(UTF_8)
        .isEqualTo("fob.call-" + WRONG + "-7");
  }

  @Test
  void aRecordWithoutAKeyIsMovedByItsHeader() {
    ConsumerRecord<String, byte[]> record = record(WRONG, "any key", 1);
    record.headers().add(CallWire.FUNCTION, ID.getBytes(UTF_8));

    assertThat(move(record)).isTrue();
    assertThat(producer.history().getFirst().key()).isEqualTo(ID);
  }

  /** As another invoker sees it that knows another number of partitions. */
  @Test
  void aRecordThatWasMovedIsNotMovedAgain() {
    ConsumerRecord<String, byte[]> record = record(WRONG, ID, 1);
    record.headers().add(MovedCallWire.MOVED, ID.getBytes(UTF_8));

    assertThat(move(record)).isFalse();
    assertThat(producer.history()).isEmpty();
  }

  @Test
  void aCallOfAnUnknownNameStaysAndIsAnsweredWhereItIs() {
    assertThat(move(record(WRONG, "nobody-knows", 1))).isFalse();
    assertThat(move(record(WRONG, "no function's name", 1))).isFalse();
  }

  @Test
  void aPayloadThatIsTooLargeIsRefusedWhereItIs() {
    assertThat(move(record(WRONG, ID, 1024 * 1024 + 1))).isFalse();
  }

  @Test
  void aRecordWhosePartitionHasMovedToAnotherInvokerIsNotWritten() {
    ConsumerRecord<String, byte[]> record = record(WRONG, ID, 1);
    Delivery gone =
        new Delivery() {
          @Override
          public void done() {
            done.incrementAndGet();
          }

          @Override
          public boolean begin() {
            return false;
          }
        };

    assertThat(placement.move(record, CallWire.decode(record), gone)).isTrue();
    assertThat(producer.history()).isEmpty();
    assertThat(done).hasValue(1);
  }

  @Test
  void foreignHeadersAreDroppedIfTheRecordIsTooLargeWithFobsOwn() {
    // Given
    assertThat(move(record(WRONG, ID, 1))).isTrue();

    // When
    producer.errorNext(new RecordTooLargeException("on purpose"));

    // Then
    Awaitility.await().until(() -> producer.history().size() == 2);
    ProducerRecord<String, byte[]> second = producer.history().getLast();
    assertThat(second.headers().lastHeader("tenant")).isNull();
    assertThat(second.headers().lastHeader(MovedCallWire.MOVED)).isNotNull();
    assertThat(second.partition()).isEqualTo(RIGHT);
    producer.completeNext();
    assertThat(done).hasValue(1);
  }
}
