package fob.bus.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fob.bus.TestConsumer;
import fob.service.Loops;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a new owner does with records that the old one has begun, and what the old one notes. */
class DispatcherTest {

  private static final Uuid LOG = Uuid.randomUuid();
  private static final TopicIdPartition CALLS = new TopicIdPartition(LOG, 3, "fob.async");
  private static final TopicPartition NOTES = new TopicPartition("fob.handover", 0);
  private static final String OTHER = "fob.async-3@other";
  private static final long DEAD_AFTER = Duration.ofSeconds(8).toNanos();

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicReference<Instant> now = new AtomicReference<>(TestConsumer.WRITTEN);
  private final MockProducer<String, byte[]> producer =
      new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
  private final TestConsumer reader = new TestConsumer();
  private final HandOver notes = new HandOver(new Loops(), producer, reader, now::get, nanos::get);
  private final List<Long> handled = new CopyOnWriteArrayList<>();
  private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
  private final Dispatcher dispatcher =
      new Dispatcher(this::handle, Optional.of(notes), new Membership(() -> 0));
  private final CommitTracker tracker = new CommitTracker(0, "");
  private long written;

  private void handle(ConsumerRecord<String, byte[]> record, Delivery delivery) {
    handled.add(record.offset());
    deliveries.add(delivery);
  }

  @BeforeEach
  void readNotes() throws InterruptedException {
    reader.begin(NOTES);
    reader.updateEndOffsets(Map.of(NOTES, 0L));
    notes.start(Instant.now().plusSeconds(5));
  }

  @AfterEach
  void close() {
    notes.close();
  }

  private static void await(java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(2))
        .until(condition);
  }

  private void note(String key, @Nullable String json) {
    reader.add(NOTES, written++, key, json == null ? null : json.getBytes(UTF_8));
    reader.updateEndOffsets(Map.of(NOTES, written));
    notes.catchUp();
  }

  private void begunElsewhere(String offsets) {
    note(OTHER, "{\"partition\":\"fob.async-3\",\"offsets\":[" + offsets + "]}");
  }

  private void dispatch(long offset) {
    assertThat(tracker.start(offset)).isTrue();
    dispatcher.dispatch(
        TestConsumer.record(CALLS.topicPartition(), offset, "add", new byte[8]), LOG, tracker);
  }

  /** The last thing that was noted of the partition. */
  private String noted() {
    ProducerRecord<String, byte[]> last = producer.history().getLast();
    assertThat(last.topic()).isEqualTo("fob.handover");
    assertThat(last.key()).startsWith("fob.async-3@");
    return last.value() == null ? "(gone)" : new String(last.value(), UTF_8);
  }

  @Test
  void aRecordThatNobodyHasBegunIsHandledAtOnce() {
    // Given
    begunElsewhere("8");

    // When
    dispatch(7);

    // Then
    assertThat(handled).containsExactly(7L);
    assertThat(dispatcher.bytesInFlight()).isEqualTo(8);
    assertThat(notes.previousOwner(CALLS, 8)).isEqualTo(PreviousOwner.IS_RUNNING);
    assertThat(notes.previousOwner(new TopicIdPartition(LOG, 4, "fob.async"), 8))
        .isEqualTo(PreviousOwner.HAS_NOT_BEGUN);
  }

  @Test
  void whatWasBegunInALogThatWasDeletedSinceSaysNothingOfTheNewOne() {
    // Given
    note(
        OTHER,
        "{\"partition\":\"fob.async-3\",\"topic\":\"%s\",\"offsets\":[7],\"done\":[8]}"
            .formatted(Uuid.randomUuid()));

    // When
    dispatch(7);
    dispatch(8);

    // Then
    assertThat(handled).containsExactly(7L, 8L);
  }

  @Test
  void aRecordThatTheOldOwnerFinishesIsDoneAndNotHandled() {
    // Given
    begunElsewhere("7,9");
    dispatch(7);
    assertThat(tracker.inFlight()).isEqualTo(1);

    // When
    begunElsewhere("9");

    // Then
    await(() -> tracker.inFlight() == 0);
    assertThat(handled).isEmpty();
    assertThat(dispatcher.bytesInFlight()).isZero();
    assertThat(tracker.progress().offset()).isEqualTo(8);
  }

  @Test
  void theWholeNoteGoneMeansThatAllIsFinished() {
    // Given
    begunElsewhere("7");
    dispatch(7);

    // When
    note(OTHER, null);

    // Then
    await(() -> tracker.inFlight() == 0);
    assertThat(handled).isEmpty();
  }

  @Test
  void aRecordOfAnOldOwnerThatDiedIsHandledHere() {
    // Given
    begunElsewhere("7");
    dispatch(7);
    nanos.addAndGet(DEAD_AFTER - 1);
    assertThat(notes.previousOwner(CALLS, 7)).isEqualTo(PreviousOwner.IS_RUNNING);
    assertThat(handled).isEmpty();

    // When
    nanos.addAndGet(1);

    // Then
    await(() -> handled.equals(List.of(7L)));
    assertThat(tracker.inFlight()).isEqualTo(1);
  }

  @Test
  void aNoteThatIsRenewedKeepsItsRecords() {
    // Given
    begunElsewhere("7");
    nanos.addAndGet(DEAD_AFTER - 1);

    // When
    begunElsewhere("7");

    // Then
    nanos.addAndGet(DEAD_AFTER - 1);
    assertThat(notes.previousOwner(CALLS, 7)).isEqualTo(PreviousOwner.IS_RUNNING);
  }

  @Test
  void aRecordThatWaitedAndWentToTheNextOwnerIsLeftAlone() {
    // Given
    begunElsewhere("7");
    dispatch(7);

    // When
    notes.leave(Map.of(CALLS, tracker::close));

    // Then
    await(() -> dispatcher.bytesInFlight() == 0);
    assertThat(handled).isEmpty();
    assertThat(producer.history()).isEmpty();
    assertThat(tracker.progress().offset()).isEqualTo(7);
  }

  @Test
  void whatHasBegunIsNotedAndItsEndToo() {
    // Given
    dispatch(7);
    dispatch(8);
    dispatch(9);
    deliveries.getFirst().begin();
    deliveries.get(1).begin();

    // When
    notes.leave(Map.of(CALLS, tracker::close));

    // Then
    assertThat(noted()).isEqualTo(left("7-8", ""));
    assertThat(deliveries.getLast().begin()).isFalse();

    // When
    deliveries.getFirst().done();

    // Then
    await(() -> noted().equals(left("8", "7")));

    // When
    deliveries.get(1).done();

    // Then
    await(() -> noted().equals(left("", "7-8")));
  }

  @Test
  void recordsThatEndTogetherAreNotedTogether() {
    // Given
    int records = 1_000;
    for (int offset = 0; offset < records; offset++) {
      dispatch(offset);
      deliveries.getLast().begin();
    }
    notes.leave(Map.of(CALLS, tracker::close));
    assertThat(noted()).isEqualTo(left("0-999", ""));

    // When
    deliveries.forEach(Delivery::done);

    // Then
    await(() -> noted().equals(left("", "0-999")));
    assertThat(producer.history().size()).isLessThan(records / 10);
  }

  private static String left(String running, String finished) {
    return "{\"partition\":\"fob.async-3\",\"topic\":\"%s\",\"running\":\"%s\",\"finished\":\"%s\"}"
        .formatted(LOG, running, finished);
  }

  @Test
  void aNoteThatNobodyHasRenewedForTenMinutesIsDeleted() {
    // Given
    begunElsewhere("7");
    nanos.addAndGet(Duration.ofMinutes(10).toNanos() - 1);
    notes.catchUp();
    assertThat(producer.history()).isEmpty();

    // When
    nanos.addAndGet(1);
    notes.catchUp();

    // Then
    assertThat(producer.history().getLast().key()).isEqualTo(OTHER);
    assertThat(noted()).isEqualTo("(gone)");
  }

  @Test
  void theNoteOfAMemberThatWasDeadLongBeforeItIsReadCountsAtOnce() {
    // Given
    now.set(TestConsumer.WRITTEN.plusSeconds(19));

    // When
    begunElsewhere("7");

    // Then
    assertThat(notes.previousOwner(CALLS, 7)).isEqualTo(PreviousOwner.HAS_DIED);
  }

  @Test
  void aClockThatDiffersByTenSecondsMakesNoMemberDead() {
    // Given
    now.set(TestConsumer.WRITTEN.plusSeconds(10));

    // When
    begunElsewhere("7");

    // Then
    assertThat(notes.previousOwner(CALLS, 7)).isEqualTo(PreviousOwner.IS_RUNNING);
  }

  @Test
  void whatTheOldOwnerHasDoneSinceIsNotHandled() {
    // Given
    note(OTHER, left("8", "7"));

    // When
    dispatch(7);

    // Then
    assertThat(tracker.inFlight()).isZero();
    assertThat(handled).isEmpty();
  }

  @Test
  void whatAnOwnerThatEndsLeavesUndoneIsHandledAtOnce() {
    // Given
    begunElsewhere("7");
    dispatch(7);

    // When
    note(OTHER, "{\"partition\":\"fob.async-3\",\"offsets\":[7],\"ended\":true}");

    // Then
    await(() -> handled.equals(List.of(7L)));
  }

  @Test
  void anOwnerThatEndsSaysWhatItLeavesUndone() {
    // Given
    dispatch(7);
    deliveries.getFirst().begin();
    notes.leave(Map.of(CALLS, tracker::close));

    // When
    notes.close();

    // Then
    assertThat(noted()).isEqualTo(left("7", "").replace("}", ",\"ended\":true}"));
  }

  @Test
  void nothingIsNotedOfAPartitionWhereNothingHasBegun() {
    // Given
    dispatch(7);

    // When
    notes.leave(Map.of(CALLS, tracker::close));

    // Then
    assertThat(producer.history()).isEmpty();
  }

  /** It comes back and goes again while the first delivery of its record still runs. */
  @Test
  void aPartitionThatCameBackAndWentAgainKeepsTheNoteOfWhatStillRuns() {
    // Given
    dispatch(7);
    deliveries.getFirst().begin();
    notes.leave(Map.of(CALLS, tracker::close));
    ProducerRecord<String, byte[]> own = producer.history().getLast();
    note(own.key(), new String(Objects.requireNonNull(own.value()), UTF_8));
    CommitTracker second = new CommitTracker(7, "");
    assertThat(second.start(7)).isTrue();
    dispatcher.dispatch(
        TestConsumer.record(CALLS.topicPartition(), 7, "add", new byte[8]), LOG, second);

    // When
    notes.leave(Map.of(CALLS, second::close));

    // Then
    await(() -> dispatcher.bytesInFlight() == 8);
    assertThat(noted()).isEqualTo(left("7", ""));
    assertThat(handled).containsExactly(7L);
  }

  @Test
  void aNoteIsRenewedAsLongAsSomethingRuns() {
    // Given
    dispatch(7);
    deliveries.getFirst().begin();
    notes.leave(Map.of(CALLS, tracker::close));

    // When
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());

    // Then
    await(() -> producer.history().size() == 2);
    assertThat(noted()).isEqualTo(left("7", ""));
  }

  @Test
  void aNoteIsDeletedWhenItsRecordsHaveEndedLongAgo() {
    // Given
    dispatch(7);
    deliveries.getFirst().begin();
    notes.leave(Map.of(CALLS, tracker::close));
    deliveries.getFirst().done();
    await(() -> noted().equals(left("", "7")));

    // When
    nanos.addAndGet(Duration.ofSeconds(31).toNanos());

    // Then
    await(() -> noted().equals("(gone)"));
  }

  @Test
  void aHandlerThatThrowsLeavesItsRecordUnfinished() {
    // Given
    Dispatcher failing =
        new Dispatcher(
            (record, delivery) -> {
              throw new IllegalStateException("on purpose");
            },
            Optional.empty(),
            new Membership(() -> 0));
    tracker.start(0);

    // When
    failing.dispatch(
        TestConsumer.record(CALLS.topicPartition(), 0, "add", new byte[8]), LOG, tracker);

    // Then
    assertThat(tracker.progress().offset()).isZero();
    assertThat(tracker.close()).isEqualTo(Set.of());
  }
}
