package fob.bus.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommitTrackerTest {

  /** What a broker accepts, without the topic's id, which the consumer adds. */
  private static final int BROKER_METADATA_LIMIT =
      4096 - (Uuid.randomUuid().toString() + ":").length();

  /** The same as the tracker, with sets that nobody made small. */
  private static final class Model {

    /** A log with gaps, as compaction and transactions leave them. */
    final List<Long> log = new ArrayList<>();

    final Set<Long> done = new HashSet<>();
    final TreeSet<Long> running = new TreeSet<>();
    final Set<Long> begun = new HashSet<>();
    final Set<Long> expired = new HashSet<>();
    int next;
    CommitTracker tracker;
    CommitTracker.Progress committed;
    Set<Long> doneAtCommit = Set.of();

    Model(long first, List<Integer> gaps) {
      long offset = first;
      for (int gap : gaps) {
        log.add(offset);
        offset += gap;
      }
      tracker = new CommitTracker(first, "");
      committed = tracker.progress();
    }

    void step(int choice) {
      switch (choice % 9) {
        case 0, 1, 2 -> start();
        case 3, 4, 5 -> finish(choice);
        case 6 -> commit();
        case 7 -> begin(choice);
        default -> restart(choice % 3 == 0 ? choice % 4 : 0);
      }
      check();
    }

    private void start() {
      if (next < log.size()) {
        long offset = log.get(next++);
        assertThat(tracker.start(offset))
            .as("start of %d is refused only if it is done", offset)
            .isEqualTo(!done.contains(offset));
        if (!done.contains(offset)) {
          running.add(offset);
        }
      }
    }

    private void finish(int choice) {
      if (!running.isEmpty()) {
        long offset = List.copyOf(running).get(choice % running.size());
        running.remove(offset);
        done.add(offset);
        begun.remove(offset);
        assertThat(tracker.done(offset)).as("the partition is still ours").isFalse();
      }
    }

    private void begin(int choice) {
      if (!running.isEmpty()) {
        long offset = List.copyOf(running).get(choice % running.size());
        assertThat(tracker.begin(offset)).as("begin %d", offset).isTrue();
        begun.add(offset);
      }
    }

    /** The partition goes: what has begun, and that alone, is still to be finished here. */
    void handOver() {
      assertThat(tracker.close()).isEqualTo(begun);
      assertThat(tracker.isClosed()).isTrue();
      for (long offset : List.copyOf(running)) {
        assertThat(tracker.begin(offset)).as("begin %d", offset).isEqualTo(begun.contains(offset));
        assertThat(tracker.done(offset)).as("done %d", offset).isEqualTo(begun.contains(offset));
        assertThat(tracker.done(offset)).as("done %d, again", offset).isFalse();
      }
      assertThat(tracker.close()).isEmpty();
    }

    private void commit() {
      committed = tracker.progress();
      doneAtCommit = Set.copyOf(done);
    }

    /** What was done after the last commit is forgotten; the head of the log may have expired. */
    private void restart(int expire) {
      running.clear();
      begun.clear();
      done.retainAll(doneAtCommit);
      tracker = new CommitTracker(committed.offset(), committed.metadata());
      next = 0;
      while (next < log.size() && log.get(next) < committed.offset()) {
        next++;
      }
      for (int i = 0; i < expire && next < log.size(); i++) {
        expired.add(log.get(next++));
      }
    }

    private void check() {
      CommitTracker.Progress progress = tracker.progress();
      assertThat(log.stream().filter(offset -> offset < progress.offset()))
          .as("everything below the committed offset is done, or gone from the log")
          .allMatch(offset -> done.contains(offset) || expired.contains(offset));
      assertThat(ahead(progress))
          .as("the metadata is what is done above")
          .isEqualTo(doneFrom(progress.offset()));
      if (!running.isEmpty()) {
        assertThat(progress.offset()).isEqualTo(running.first());
      }
      assertThat(tracker.inFlight()).isEqualTo(running.size());
      assertThat(progress.metadata()).hasSizeLessThanOrEqualTo(BROKER_METADATA_LIMIT);
    }

    private Set<Long> doneFrom(long offset) {
      Set<Long> above = new TreeSet<>(done);
      above.removeIf(one -> one < offset);
      return above;
    }

    /** Learns what progress holds in the way a restarted process does. */
    private Set<Long> ahead(CommitTracker.Progress progress) {
      CommitTracker restarted = new CommitTracker(progress.offset(), progress.metadata());
      Set<Long> refused = new TreeSet<>();
      for (long offset : log) {
        if (offset >= progress.offset() && !restarted.start(offset)) {
          refused.add(offset);
        }
      }
      return refused;
    }
  }

  @RepeatedTest(500)
  void anyInterleavingOfStartsEndsCommitsAndRestartsAgreesWithTheModel(RepetitionInfo seed) {
    SplittableRandom random = new SplittableRandom(seed.getCurrentRepetition());
    long first = random.nextInt(10) == 0 ? 0 : random.nextLong(1L << 40);
    int records = random.nextInt(1, 41);
    int steps = random.nextInt(81);
    Model model = new Model(first, random.ints(records, 1, 6).boxed().toList());
    random.ints(steps, 0, 10_001).forEach(model::step);
    model.handOver();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 50, 1", "100, 1, 2", "3000, 30, 3", "30000, 90, 4",
    "100000, 1, 5", "100000, 50, 6", "100000, 99, 7", "100000, 100, 8"
  })
  void metadataFitsTheBrokersLimitHoweverMuchIsUnfinished(int records, int percentDone, long seed) {
    Random random = new Random(seed);
    CommitTracker tracker = new CommitTracker(0, "");
    for (long offset = 0; offset < records; offset++) {
      tracker.start(offset);
      if (offset > 0 && random.nextInt(100) < percentDone) {
        tracker.done(offset);
      }
    }
    assertThat(tracker.progress().offset()).isZero();
    assertThat(tracker.progress().metadata()).hasSizeLessThanOrEqualTo(BROKER_METADATA_LIMIT);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 1",
    "1, 10000, 2",
    "50, 0, 3",
    "50, 10000, 4",
    "2, 1, 5",
    "10, 3000, 6",
    "25, 100, 7",
    "33, 9999, 8"
  })
  void nothingThatIsDoneRunsAgainIfReadingPausesWhenTheTrackerIsFull(
      int percentUnfinished, int inFlight, long seed) {
    // Given records of which some do not end, up to where reading pauses
    Random random = new Random(seed);
    CommitTracker tracker = new CommitTracker(0, "");
    long next = 0;
    while (!tracker.isFull() && next < 300_000) {
      tracker.start(next);
      if (random.nextInt(100) >= percentUnfinished) {
        tracker.done(next);
      }
      next++;
    }
    // and records that were on their way then, half of which end
    Set<Long> unfinished = new HashSet<>();
    for (long offset = next; offset < next + inFlight; offset++) {
      tracker.start(offset);
      if (random.nextBoolean()) {
        tracker.done(offset);
      } else {
        unfinished.add(offset);
      }
    }

    // When
    CommitTracker.Progress progress = tracker.progress();
    CommitTracker restarted = new CommitTracker(progress.offset(), progress.metadata());

    // Then
    assertThat(progress.metadata()).hasSizeLessThanOrEqualTo(BROKER_METADATA_LIMIT);
    for (long offset = progress.offset(); offset < next; offset++) {
      restarted.start(offset);
    }
    for (long offset = next; offset < next + inFlight; offset++) {
      assertThat(restarted.start(offset)).as("%d", offset).isEqualTo(unfinished.contains(offset));
    }
  }

  @Test
  void oneUnfinishedRecordCostsAFewBytesAtAnyDistance() {
    // Given
    CommitTracker tracker = new CommitTracker(100, "");
    tracker.start(100);

    // When
    for (long offset = 101; offset < 1_000_000; offset++) {
      tracker.start(offset);
      tracker.done(offset);
      assertThat(tracker.isFull()).isFalse();
    }
    tracker.start(1_000_000);

    // Then
    CommitTracker.Progress progress = tracker.progress();
    assertThat(progress.offset()).isEqualTo(100);
    assertThat(progress.metadata()).hasSizeLessThan(30);
    CommitTracker restarted = new CommitTracker(progress.offset(), progress.metadata());
    assertThat(restarted.start(100)).isTrue();
    assertThat(restarted.start(101)).isFalse();
    assertThat(restarted.start(999_999)).isFalse();
    assertThat(restarted.start(1_000_000)).isTrue();
    assertThat(restarted.start(1_000_001)).isTrue();
  }

  @Test
  void metadataOfTheVersionBeforeIsUnderstood() {
    // Given the bits of 1, 2 and 4
    String metadata = "fob1:" + Base64.getEncoder().encodeToString(new byte[] {0b10110});

    // When
    CommitTracker tracker = new CommitTracker(7, metadata);

    // Then
    assertThat(LongStream.range(7, 20).filter(tracker::start))
        .containsExactly(7L, 10L, 12L, 13L, 14L, 15L, 16L, 17L, 18L, 19L);
  }

  @RepeatedTest(150)
  void foreignMetadataCountsAsNone(RepetitionInfo seed) {
    SplittableRandom random = new SplittableRandom(seed.getCurrentRepetition());
    int characters = seed.getCurrentRepetition() == 1 ? 0 : random.nextInt(51);
    int kinds = random.nextBoolean() ? 128 : Character.MIN_SURROGATE;
    String metadata =
        random
            .ints(characters, 0, kinds)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    CommitTracker tracker = new CommitTracker(7, metadata);
    for (long offset = 7; offset < 400; offset++) {
      assertThat(tracker.start(offset)).as("offset %d runs", offset).isTrue();
    }
  }

  @Test
  void foreignMetadataThatIsBase64CountsAsNone() {
    // Given
    List<String> foreign =
        List.of(
            "deadbeef",
            "committedByHand+",
            Base64.getEncoder().encodeToString("host-17".getBytes(StandardCharsets.UTF_8)));
    for (String metadata : foreign) {
      // When
      CommitTracker tracker = new CommitTracker(0, metadata);

      // Then
      for (long offset = 0; offset < 200; offset++) {
        assertThat(tracker.start(offset)).as("%s, offset %d", metadata, offset).isTrue();
      }
    }
  }

  @Test
  void aLogWhoseHeadHasExpiredGoesOnAtItsNewStart() {
    // Given
    CommitTracker tracker = new CommitTracker(10, "");
    for (long offset = 10; offset < 15; offset++) {
      tracker.start(offset);
    }
    tracker.done(12);
    CommitTracker.Progress committed = tracker.progress();
    CommitTracker restarted = new CommitTracker(committed.offset(), committed.metadata());

    // When
    restarted.start(14);

    // Then
    assertThat(restarted.progress().offset()).isEqualTo(14);
    restarted.done(14);
    assertThat(restarted.progress()).isEqualTo(new CommitTracker.Progress(15, ""));
  }

  @Test
  void anEndThatIsToldTwiceCountsOnce() {
    // Given
    CommitTracker tracker = new CommitTracker(0, "");
    tracker.start(0);
    tracker.start(1);
    tracker.done(1);

    // When
    tracker.done(1);

    // Then
    assertThat(tracker.progress().offset()).isZero();
    assertThat(tracker.inFlight()).isEqualTo(1);
  }

  @Test
  void anEndThatWasNeverStartedCountsForNothing() {
    // Given
    CommitTracker tracker = new CommitTracker(0, "");
    tracker.start(0);

    // When
    tracker.done(5);

    // Then
    tracker.done(0);
    assertThat(tracker.progress().offset()).isEqualTo(1);
  }

  @Test
  void whatBeganTwiceBeganOnce() {
    // Given
    CommitTracker tracker = new CommitTracker(0, "");
    tracker.start(0);
    tracker.begin(0);

    // When
    boolean again = tracker.begin(0);

    // Then
    assertThat(again).isTrue();
    assertThat(tracker.close()).containsExactly(0L);
  }

  @Test
  void whatEndedBeforeTheHandOverIsNotTold() {
    // Given
    CommitTracker tracker = new CommitTracker(0, "");
    tracker.start(0);
    tracker.start(1);
    tracker.begin(0);
    tracker.begin(1);
    tracker.done(0);

    // When
    Set<Long> told = tracker.close();

    // Then
    assertThat(told).containsExactly(1L);
    assertThat(tracker.begin(0)).isFalse();
  }

  @Test
  void whatHasNotBegunAtTheHandOverIsLeftToTheNextOwner() {
    // Given
    CommitTracker tracker = new CommitTracker(0, "");
    for (long offset = 0; offset < 4; offset++) {
      tracker.start(offset);
    }
    tracker.begin(0);
    tracker.close();

    // When records that waited for the one that had begun find the partition gone
    tracker.done(0);
    assertThat(tracker.begin(1)).isFalse();
    tracker.done(1);
    assertThat(tracker.begin(3)).isFalse();
    tracker.done(3);

    // Then
    CommitTracker.Progress committed = tracker.progress();
    CommitTracker next = new CommitTracker(committed.offset(), committed.metadata());
    assertThat(LongStream.range(committed.offset(), 4).filter(next::start))
        .containsExactly(1L, 2L, 3L);
    assertThat(tracker.inFlight()).isZero();
  }
}
