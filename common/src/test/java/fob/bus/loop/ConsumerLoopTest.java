package fob.bus.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fob.bus.TestConsumer;
import fob.bus.wire.Topic;
import fob.service.Loops;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConsumerLoopTest {

  private static final Topic TOPIC = new Topic("calls", Topic.Split.MANY, Map.of());
  private static final Topic OTHER = new Topic("others", Topic.Split.MANY, Map.of());
  private static final TopicPartition OTHER_P0 = new TopicPartition("others", 0);
  private static final TopicPartition P0 = new TopicPartition("calls", 0);
  private static final TopicPartition P1 = new TopicPartition("calls", 1);
  private static final String BUSY_UNTIL_CLOSED = "busy";
  private static final long NO_BYTE_BOUND = Long.MAX_VALUE;

  private final TestConsumer consumer = new TestConsumer();
  private final Map<String, Delivery> running = new ConcurrentHashMap<>();
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final AtomicLong stoodStill = new AtomicLong();
  private final List<String> owned = new CopyOnWriteArrayList<>();
  private final List<ConsumerLoop> loops = new ArrayList<>();
  private final List<String> processEnds = new CopyOnWriteArrayList<>();
  private final Loops loopsOfTest =
      new Loops(
          () -> System.nanoTime() + stoodStill.get(), () -> processEnds.add("the process ends"));

  @AfterEach
  void closeLoops() {
    running.values().forEach(Delivery::done);
    loops.forEach(ConsumerLoop::close);
  }

  private static ConditionFactory await() {
    return Awaitility.await().pollInterval(Duration.ofMillis(2));
  }

  private ConsumerLoop start(int inFlight, long bytes, Duration drain) {
    ConsumerLoop loop =
        new ConsumerLoop(
            loopsOfTest.loop("test"),
            List.of(
                new Intake(TOPIC, this::hold, inFlight, bytes),
                new Intake(OTHER, this::hold, 100, NO_BYTE_BOUND)),
            consumer,
            new ConsumerLoop.Work(new Owned(), Optional.empty(), drain),
            new Membership(() -> System.nanoTime() + stoodStill.get()));
    loops.add(loop);
    consumer.begin(P0, P1, OTHER_P0);
    loop.start();
    consumer.assignWhilePolling(P0);
    return loop;
  }

  private ConsumerLoop start() {
    return start(100, NO_BYTE_BOUND, Duration.ZERO);
  }

  private void hold(ConsumerRecord<String, byte[]> record, Delivery done) {
    String prefix = record.topic().equals(OTHER.name()) ? "other " : "";
    String name = prefix + record.partition() + "/" + record.offset();
    running.put(name, done);
    seen.add(name);
    if (new String(record.value(), UTF_8).equals(BUSY_UNTIL_CLOSED)) {
      await().until(consumer::isWoken);
      done.done();
    }
  }

  private void finish(String name) {
    Objects.requireNonNull(running.remove(name), name).done();
  }

  private void add(int count) {
    LongStream.range(0, count).forEach(offset -> consumer.add(P0, offset, "12345678"));
  }

  private void awaitSeen(int count) {
    await().until(() -> seen.size() >= count);
  }

  private void awaitCommit(TopicPartition partition, long offset) {
    await()
        .untilAsserted(() ->
            assertThat(consumer.lastCommit(partition))
                .hasValueSatisfying(commit -> assertThat(commit.offset()).isEqualTo(offset)));
  }

  private final class Owned implements Ownership {
    @Override
    public void gained(Collection<TopicPartition> partitions) {
      owned.add("gained " + partitions);
    }

    @Override
    public void gone(Collection<TopicPartition> partitions) {
      owned.add("gone " + partitions);
    }
  }

  @Test
  void completionsInAnyOrderCommitTheSafeOffsetAndThoseAboveIt() {
    // Given
    start();
    add(5);
    awaitSeen(5);

    // When
    finish("0/3");
    finish("0/0");
    finish("0/1");

    // Then
    awaitCommit(P0, 2);
    assertThat(consumer.lastCommit(P0))
        .hasValueSatisfying(commit -> assertThat(refusedAfter(commit)).containsExactly(3L));
  }

  private static List<Long> refusedAfter(OffsetAndMetadata commit) {
    CommitTracker restarted = new CommitTracker(commit.offset(), commit.metadata());
    return LongStream.range(commit.offset(), commit.offset() + 20)
        .filter(offset -> !restarted.start(offset))
        .boxed()
        .toList();
  }

  @Test
  void aRestartRunsOnlyWhatWasNotDone() {
    // Given
    CommitTracker before = new CommitTracker(0, "");
    LongStream.range(0, 5).forEach(before::start);
    List.of(0L, 2L, 4L).forEach(before::done);
    CommitTracker.Progress progress = before.progress();
    consumer.commitSync(
        Map.of(P0, new OffsetAndMetadata(progress.offset(), progress.metadata())), Duration.ZERO);
    start();

    // When
    LongStream.range(1, 6).forEach(offset -> consumer.add(P0, offset, "x"));

    // Then
    awaitSeen(3);
    assertThat(seen).containsExactly("0/1", "0/3", "0/5");
  }

  @Test
  void aRecordThatNeverEndsDoesNotStopOthers() {
    // Given
    start();
    add(50);
    awaitSeen(50);

    // When
    LongStream.range(1, 50).forEach(offset -> finish("0/" + offset));

    // Then
    await()
        .until(() -> consumer.lastCommit(P0).filter(c -> refusedAfter(c).size() == 19).isPresent());
    awaitCommit(P0, 0);
  }

  @Test
  void readingPausesWhenTooManyAreInFlightAndResumes() {
    // Given
    start(2, NO_BYTE_BOUND, Duration.ZERO);
    add(2);
    awaitSeen(2);
    await().until(() -> consumer.paused().contains(P0));
    consumer.add(P0, 2, "later");
    awaitPolls();
    assertThat(seen).hasSize(2);

    // When
    finish("0/1");

    // Then
    awaitSeen(3);
  }

  @Test
  void readingPausesWhenTooManyBytesAreInFlightAndResumes() {
    // Given
    start(100, 16, Duration.ZERO);
    add(2);
    awaitSeen(2);
    await().until(() -> consumer.paused().contains(P0));
    consumer.add(P0, 2, "later");
    awaitPolls();
    assertThat(seen).hasSize(2);

    // When
    finish("0/0");

    // Then
    awaitSeen(3);
  }

  @Test
  void aTopicThatIsFullDoesNotStopTheOther() {
    // Given
    start(2, NO_BYTE_BOUND, Duration.ZERO);
    consumer.assignWhilePolling(P0, OTHER_P0);
    add(2);
    awaitSeen(2);
    await().until(() -> consumer.paused().equals(Set.of(P0)));

    // When
    consumer.add(P0, 2, "later");
    for (int i = 0; i < 5; i++) {
      consumer.add(OTHER_P0, i, "other");
    }

    // Then
    await().until(() -> seen.contains("other 0/4"));
    assertThat(seen).doesNotContain("0/2");
    finish("0/1");
    await().until(() -> seen.contains("0/2"));
  }

  @Test
  void aTopicThatWasMadeAnewDoesNotChangeWhatIsDoneInTheOther() {
    // Given
    start();
    consumer.assignWhilePolling(P0, OTHER_P0);
    add(1);
    consumer.add(OTHER_P0, 0, "other");
    awaitSeen(2);
    finish("other 0/0");
    awaitCommit(OTHER_P0, 1);

    // When
    consumer.makeAnew(P0);
    add(1);

    // Then
    awaitSeen(3);
    assertThat(seen).endsWith("0/0");
    finish("0/0");
    awaitCommit(P0, 1);
    consumer.add(OTHER_P0, 1, "other");
    await().until(() -> seen.contains("other 0/1"));
    finish("other 0/1");
    awaitCommit(OTHER_P0, 2);
  }

  /** Lets the loop turn a few times, all tasks before it included. */
  private void awaitPolls() {
    CountDownLatch turns = new CountDownLatch(5);
    for (int i = 0; i < 5; i++) {
      consumer.schedulePollTask(turns::countDown);
    }
    try {
      assertThat(turns.await(5, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aCommitThatFailedIsTriedAgain() {
    // Given
    start();
    awaitCommit(P0, 0);
    add(1);
    awaitSeen(1);
    consumer.failNextAsyncCommit();

    // When
    finish("0/0");

    // Then
    awaitCommit(P0, 1);
  }

  @Test
  void onePartitionWithTooManyUnfinishedRecordsPausesWithoutTheOthers() {
    // Given records so far apart that a commit can name few of them
    start(100_000, NO_BYTE_BOUND, Duration.ZERO);
    consumer.assignWhilePolling(P0, P1);
    consumer.add(P0, 0, "stuck"); // the mock forgets what was added before the assignment
    awaitSeen(1);

    // When
    int records = 1_000;
    for (int i = 1; i < records; i++) {
      consumer.add(P0, 1_000L * i, "stuck");
    }

    // Then
    await().until(() -> consumer.paused().equals(Set.of(P0)));
    consumer.add(P1, 0, "other");
    await().until(() -> seen.contains("1/0"));
    await()
        .until(() -> {
          List.copyOf(running.keySet()).forEach(this::finish);
          return seen.size() == records + 1 && consumer.paused().isEmpty();
        });
  }

  @Test
  void whatIsRevokedIsCommittedFirst() {
    // Given
    start();
    add(3);
    awaitSeen(3);
    LongStream.range(0, 3).forEach(offset -> finish("0/" + offset));

    // When
    consumer.assignWhilePolling(P1);

    // Then
    await().until(() -> owned.contains("gone [calls-0]"));
    assertThat(consumer.lastCommit(P0).map(OffsetAndMetadata::offset)).contains(3L);
  }

  @Test
  void whatIsLostIsNotCommitted() {
    // Given
    start();
    awaitCommit(P0, 0);
    add(1);
    awaitSeen(1);

    // When
    consumer.schedulePollTask(() -> {
      finish("0/0");
      consumer.losePartitions(List.of(P0));
    });

    // Then
    await().until(() -> owned.contains("gone [calls-0]"));
    awaitPolls();
    assertThat(consumer.lastCommit(P0).map(OffsetAndMetadata::offset)).contains(0L);
  }

  @Test
  void aCompletionAfterTheHandOverIsIgnored() {
    // Given
    start();
    add(2);
    awaitSeen(2);
    consumer.schedulePollTask(() -> consumer.losePartitions(List.of(P0)));
    await().until(() -> owned.contains("gone [calls-0]"));

    // When
    finish("0/0");

    // Then
    consumer.assignWhilePolling(P1);
    awaitCommit(P1, 0);
    assertThat(consumer.lastCommit(P0).map(OffsetAndMetadata::offset).orElse(0L)).isZero();
  }

  @Test
  void closeWaitsForWhatIsInFlightAndCommitsIt() {
    // Given
    ConsumerLoop loop = start(100, NO_BYTE_BOUND, Duration.ofSeconds(5));
    add(3);
    awaitSeen(3);
    Thread finisher =
        Thread.ofVirtual()
            .unstarted(() -> {
              await().until(() -> !seen.isEmpty());
              new TreeMap<>(running).keySet().forEach(this::finish);
            });

    // When
    finisher.start();
    loop.close();

    // Then
    assertThat(consumer.closed()).isTrue();
    assertThat(consumer.lastCommit(P0).map(OffsetAndMetadata::offset)).contains(3L);
  }

  @Test
  void closeWaitsForTheEndOfARebalanceAndCommits() {
    // Given
    ConsumerLoop loop = start(100, NO_BYTE_BOUND, Duration.ZERO);
    add(1);
    awaitSeen(1);
    finish("0/0");
    awaitCommit(P0, 1);

    // When
    consumer.schedulePollTask(() -> {
      consumer.rebalanceFor(20);
      consumer.add(P0, 1, "finished while the group rebalances");
      loop.stop();
    });
    awaitSeen(2);
    finish("0/1");
    loop.close();

    // Then
    assertThat(consumer.refusedCommits()).isPositive();
    assertThat(consumer.lastCommit(P0).map(OffsetAndMetadata::offset)).contains(2L);
  }

  @Test
  void closeWaitsForWhatIsInFlightOfAPartitionThatWasLost() {
    // Given
    ConsumerLoop loop = start(100, NO_BYTE_BOUND, Duration.ofSeconds(5));
    add(1);
    awaitSeen(1);
    assertThat(Objects.requireNonNull(running.get("0/0")).begin()).isTrue();
    consumer.schedulePollTask(() -> consumer.losePartitions(List.of(P0)));
    await().until(() -> owned.contains("gone [calls-0]"));

    // When
    CompletableFuture<Void> closed = CompletableFuture.runAsync(loop::close);
    await().until(consumer::isWoken);

    // Then
    await().during(Duration.ofMillis(50)).until(() -> !closed.isDone());
    finish("0/0");
    await().until(closed::isDone);
  }

  @Test
  void closeGivesUpAfterTheDrainTimeAndLeavesTheRestToOthers() {
    // Given
    ConsumerLoop loop = start(100, NO_BYTE_BOUND, Duration.ofMillis(20));
    add(3);
    awaitSeen(3);
    finish("0/0");

    // When
    loop.close();

    // Then
    assertThat(consumer.closed()).isTrue();
    assertThat(consumer.lastCommit(P0).map(OffsetAndMetadata::offset)).contains(1L);
  }

  @Test
  void closeWhileTheLoopIsBusyStillCommits() {
    // Given
    ConsumerLoop loop = start(100, NO_BYTE_BOUND, Duration.ofSeconds(1));
    add(1);
    awaitSeen(1);
    finish("0/0");
    consumer.add(P0, 1, BUSY_UNTIL_CLOSED);
    awaitSeen(2);

    // When
    loop.close();

    // Then
    assertThat(consumer.lastCommit(P0).map(OffsetAndMetadata::offset)).contains(2L);
  }

  @Test
  void closeAfterStopDoesNotWakeTheLastCommit() {
    // Given
    ConsumerLoop loop = start(100, NO_BYTE_BOUND, Duration.ofSeconds(5));
    add(1);
    awaitSeen(1);
    loop.stop();
    finish("0/0");

    // When
    loop.close();

    // Then
    assertThat(consumer.wakeups()).isEqualTo(1);
    assertThat(consumer.lastCommit(P0).map(OffsetAndMetadata::offset)).contains(1L);
  }

  @Test
  void aFailureOfTheBusIsSurvived() {
    // Given
    start();
    consumer.setPollException(new KafkaException("broker is away"));

    // When
    add(1);

    // Then
    awaitSeen(1);
  }

  @Test
  void aLogThatWasMadeAnewIsReadFromItsBeginning() {
    // Given
    start();
    add(3);
    awaitSeen(3);
    LongStream.range(0, 3).forEach(offset -> finish("0/" + offset));
    awaitCommit(P0, 3);

    // When
    consumer.setPollException(new OffsetOutOfRangeException(Map.of(P0, 3L)));
    consumer.add(P0, 0, "new");

    // Then
    awaitSeen(4);
    assertThat(seen).endsWith("0/0");
    awaitCommit(P0, 0);
    finish("0/0");
    awaitCommit(P0, 1);
  }

  @Test
  void ofALogThatWasMadeAnewNothingCountsAsDoneOrRunningThatWasSoInTheOldOne() {
    // Given
    start();
    add(3);
    awaitSeen(3);
    finish("0/1");
    awaitCommit(P0, 0);
    Delivery old = running.get("0/0");

    // When
    consumer.makeAnew(P0);
    add(3);

    // Then
    awaitSeen(6);
    assertThat(seen).endsWith("0/0", "0/1", "0/2");

    // When
    Objects.requireNonNull(old).done();
    finish("0/1");

    // Then
    awaitCommit(P0, 0);
    finish("0/0");
    awaitCommit(P0, 2);
  }

  @Test
  void aLogWhoseHeadHasExpiredIsReadFromWhatIsLeft() {
    // Given
    start();
    add(1);
    awaitSeen(1);

    // When
    consumer.updateBeginningOffsets(Map.of(P0, 7L));
    consumer.setPollException(new OffsetOutOfRangeException(Map.of(P0, 1L)));
    consumer.add(P0, 7, "left");

    // Then
    awaitSeen(2);
    assertThat(seen).endsWith("0/7");
  }

  @Test
  void aRecordThatCannotBeReadIsSkipped() {
    // Given
    start();
    awaitCommit(P0, 0);

    // When
    consumer.setPollException(
        new KafkaException("Received exception when fetching the next record from calls-0. ..."));
    consumer.add(P0, 1, "the next one");

    // Then
    awaitSeen(1);
    assertThat(seen).containsExactly("0/1");
  }

  @Test
  void aMemberWhoseNameAnotherOneHasTakenEndsItsProcess() {
    // Given
    start();

    // When
    consumer.setPollException(new FencedInstanceIdException("on purpose"));

    // Then
    await().until(() -> !processEnds.isEmpty());
  }

  @Test
  void anErrorEndsTheProcess() {
    // Given
    start();

    // When
    consumer.schedulePollTask(() -> {
      throw new StackOverflowError("on purpose");
    });

    // Then
    await().until(() -> !processEnds.isEmpty());
  }

  @Test
  void aLoopWhoseEveryTurnFailsIsNamed() {
    // Given
    start();
    awaitCommit(P0, 0);

    // When
    consumer.schedulePollTask(() -> {
      stoodStill.addAndGet(Duration.ofSeconds(20).toNanos());
      consumer.replaced(true);
      throw new KafkaException("not authorized, on purpose");
    });

    // Then
    await()
        .until(() -> loopsOfTest.stuck().stream().anyMatch(stuck -> stuck.contains("on purpose")));

    // When
    consumer.replaced(false);

    // Then
    await().until(() -> loopsOfTest.stuck().isEmpty());
  }

  /** As a process does that was stopped within a poll, for longer than its group has patience. */
  private void standStillAndBeReplaced() {
    consumer.schedulePollTask(() -> {
      consumer.replaced(true);
      stoodStill.addAndGet(Duration.ofSeconds(20).toNanos());
    });
  }

  @Test
  void whatOneReadsWhoWasReplacedUnknowinglyIsNotRunButIsNotLostEither() {
    // Given
    start();
    add(1);
    awaitSeen(1);

    // When
    standStillAndBeReplaced();
    consumer.add(P0, 1, "read while replaced");

    // Then
    await().until(() -> consumer.refusedCommits() >= 3);
    assertThat(seen).containsExactly("0/0");

    // When
    consumer.replaced(false);
    consumer.add(P0, 1, "read again");

    // Then
    awaitSeen(2);
    assertThat(seen).containsExactly("0/0", "0/1");
  }

  @Test
  void whatWaitsDoesNotBeginWhileItsMembershipIsInDoubt() {
    // Given
    start();
    add(1);
    awaitSeen(1);
    Delivery waiting = Objects.requireNonNull(running.get("0/0"));

    // When
    standStillAndBeReplaced();
    await().until(() -> consumer.refusedCommits() >= 1);
    CompletableFuture<Boolean> begun = CompletableFuture.supplyAsync(waiting::begin);

    // Then
    await().until(() -> consumer.refusedCommits() >= 4);
    assertThat(begun).isNotDone();

    // When
    consumer.replaced(false);

    // Then
    await().until(begun::isDone);
    assertThat(begun).isCompletedWithValue(true);
  }

  @Test
  void ownershipIsTold() {
    // Given
    start();

    // When
    consumer.assignWhilePolling(P0, P1);

    // Then
    await().until(() -> owned.contains("gained [calls-1]"));
    assertThat(owned).startsWith("gained [calls-0]");
  }

  @Test
  void closeBeforeStartClosesTheConsumer() {
    // Given
    ConsumerLoop loop =
        new ConsumerLoop(
            loopsOfTest.loop("test"),
            List.of(new Intake(TOPIC, this::hold, 1, 1)),
            consumer,
            ConsumerLoop.Work.brief(Duration.ZERO));

    // When
    loop.close();

    // Then
    assertThat(consumer.closed()).isTrue();
  }
}
