package fob.bus.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class CommitTrackerTest {

  private static final int BROKER_METADATA_LIMIT = 4096;

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

  @Property
  void anyInterleavingOfStartsEndsCommitsAndRestartsAgreesWithTheModel(
      @ForAll @LongRange(min = 0, max = 1L << 40) long first,
      @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 1, max = 5) Integer> gaps,
      @ForAll @Size(max = 80) List<@IntRange(min = 0, max = 10_000) Integer> choices) {
    Model model = new Model(first, gaps);
    choices.forEach(model::step);
    model.handOver();
  }

  @Property(tries = 8)
  void metadataFitsTheBrokersLimitHoweverMuchIsUnfinished(
      @ForAll @IntRange(min = 1, max = 100_000) int records,
      @ForAll @IntRange(min = 1, max = 100) int percentDone,
      @ForAll long seed) {
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

  @Property(tries = 8)
  void nothingThatIsDoneRunsAgainIfReadingPausesWhenTheTrackerIsFull(
      @ForAll @IntRange(min = 1, max = 50) int percentUnfinished,
      @ForAll @IntRange(min = 0, max = 10_000) int inFlight,
      @ForAll long seed) {
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

  @Example
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

  @Example
  void metadataOfTheVersionBeforeIsUnderstood() {
    // Given the bits of 1, 2 and 4
    String metadata = "fob1:" + Base64.getEncoder().encodeToString(new byte[] {0b10110});

    // When
    CommitTracker tracker = new CommitTracker(7, metadata);

    // Then
    assertThat(LongStream.range(7, 20).filter(tracker::start))
        .containsExactly(7L, 10L, 12L, 13L, 14L, 15L, 16L, 17L, 18L, 19L);
  }

  @Property
  void foreignMetadataCountsAsNone(@ForAll @Size(max = 50) String metadata) {
    CommitTracker tracker = new CommitTracker(7, metadata);
    for (long offset = 7; offset < 400; offset++) {
      assertThat(tracker.start(offset)).as("offset %d runs", offset).isTrue();
    }
  }

  @Example
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

  @Example
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

  @Example
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

  @Example
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

  @Example
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

  @Example
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
}
