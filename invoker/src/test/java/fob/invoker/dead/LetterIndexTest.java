package fob.invoker.dead;

import static org.assertj.core.api.Assertions.assertThat;

import fob.call.Failure;
import fob.call.LetterAnswer;
import fob.call.LetterPlace;
import fob.call.LetterQuestion;
import fob.call.RequestId;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LetterIndexTest {

  private static final int MILLION = 1_000_000;
  private static final int PARTITION = 7;
  private static final long DIED = Instant.parse("2026-01-31T12:00:00Z").toEpochMilli();

  private final LetterIndex index = new LetterIndex(PARTITION, () -> {});

  private void add(String id, long offset) {
    index.add(id, "f" + offset % 10, Failure.TIMEOUT, DIED, offset);
  }

  private LetterAnswer.Listed list(
      Set<String> functions, @Nullable Failure reason, @Nullable LetterPlace before, int limit) {
    return index.list(new LetterQuestion.Listing(functions, reason, before, limit), Instant.EPOCH);
  }

  private LetterAnswer.Listed list(@Nullable LetterPlace before, int limit) {
    return list(Set.of(), null, before, limit);
  }

  @Test
  void itHoldsWhatWasAddedAndNotRemoved() {
    // Given
    Random random = new Random(7);
    Map<String, Long> expected = new HashMap<>();

    // When
    for (long offset = 0; offset < 50_000; offset++) {
      String id = random.nextBoolean() ? "own-" + random.nextInt(300) : uuid(random.nextInt(300));
      if (random.nextInt(3) == 0) {
        index.remove(id);
        expected.remove(id);
      } else {
        add(id, offset);
        expected.put(id, offset);
      }
    }

    // Then
    assertThat(list(null, 1_000).newest().stream().map(LetterPlace::offset))
        .containsExactlyElementsOf(
            expected.values().stream().sorted(Comparator.reverseOrder()).toList());
    expected.forEach((id, offset) ->
        assertThat(index.find(new RequestId(id)))
            .contains(new LetterPlace(DIED, PARTITION, offset)));
    assertThat(index.size()).isEqualTo(expected.size());
    assertThat(index.find(new RequestId("another"))).isEmpty();
  }

  private static String uuid(int number) {
    return new UUID(number, -number).toString();
  }

  @Test
  void aPageBeginsAfterThePlaceWhereTheOneBeforeEnded() {
    // Given
    for (int offset = 0; offset < 5; offset++) {
      index.add("id-" + offset, "add", Failure.TIMEOUT, DIED + offset, offset);
    }

    // When
    LetterAnswer.Listed first = list(null, 2);
    index.remove("id-3");
    index.add("id-5", "add", Failure.TIMEOUT, DIED + 5, 5);
    LetterAnswer.Listed second = list(first.newest().getLast(), 2);
    LetterAnswer.Listed third = list(second.newest().getLast(), 2);

    // Then
    assertThat(first.newest().stream().map(LetterPlace::offset)).containsExactly(4L, 3L);
    assertThat(first.more()).isTrue();
    assertThat(second.newest().stream().map(LetterPlace::offset)).containsExactly(2L, 1L);
    assertThat(second.total()).isEqualTo(5);
    assertThat(third.newest().stream().map(LetterPlace::offset)).containsExactly(0L);
    assertThat(third.more()).isFalse();
  }

  @Test
  void aPlaceInAnotherPartitionSeparatesPagesToo() {
    // Given
    index.add("older", "add", Failure.TIMEOUT, DIED, 10);
    index.add("newer", "add", Failure.TIMEOUT, DIED + 2, 11);

    // Then
    assertThat(list(new LetterPlace(DIED + 1, 3, 500), 10).newest())
        .containsExactly(new LetterPlace(DIED, PARTITION, 10));
    assertThat(list(new LetterPlace(DIED, PARTITION - 1, 500), 10).newest()).isEmpty();
    assertThat(list(new LetterPlace(DIED, PARTITION + 1, 0), 10).newest()).hasSize(1);
  }

  @Test
  void timesNeverGoBackSoThatPagesMissNothing() {
    // Given
    index.add("a", "add", Failure.TIMEOUT, DIED, 0);
    index.add("b", "add", Failure.TIMEOUT, DIED - 5_000, 1);

    // Then
    LetterPlace newest = list(null, 1).newest().getFirst();
    assertThat(newest).isEqualTo(new LetterPlace(DIED, PARTITION, 1));
    assertThat(list(newest, 1).newest()).containsExactly(new LetterPlace(DIED, PARTITION, 0));
  }

  @Test
  void lettersOfAFunctionAndOfAReasonAreFound() {
    // Given
    index.add("a", "add", Failure.TIMEOUT, DIED, 0);
    index.add("b", "add", Failure.EXPIRED, DIED, 1);
    index.add("c", "sub", Failure.TIMEOUT, DIED, 2);

    // Then
    assertThat(list(Set.of("add"), null, null, 9).total()).isEqualTo(2);
    assertThat(list(Set.of(), Failure.TIMEOUT, null, 9).newest().stream().map(LetterPlace::offset))
        .containsExactly(2L, 0L);
    assertThat(list(Set.of("add"), Failure.TIMEOUT, null, 9).total()).isEqualTo(1);
    assertThat(list(Set.of("mul"), null, null, 9).total()).isZero();
  }

  @Test
  void oldestThatLeftAreCounted() {
    // Given
    add("a", 0);
    add("b", 1);
    index.remove("a");
    add("c", 2);

    // When
    index.leaveOutOldest();

    // Then
    assertThat(index.find(new RequestId("b"))).isEmpty();
    assertThat(list(null, 9).newest().stream().map(LetterPlace::offset)).containsExactly(2L);
    assertThat(list(null, 9).leftOut()).isEqualTo(1);
  }

  @Test
  void aMillionLettersTakeUnderAHundredBytesEachAndAPageIsFoundSoon() {
    // Given
    Random random = new Random(7);
    Runtime heap = Runtime.getRuntime();
    System.gc();
    long before = heap.totalMemory() - heap.freeMemory();

    // When
    for (long offset = 0; offset < MILLION; offset++) {
      add(new UUID(random.nextLong(), random.nextLong()).toString(), offset);
    }
    System.gc();
    long bytes = heap.totalMemory() - heap.freeMemory() - before;
    long start = System.nanoTime();
    LetterAnswer.Listed page = list(Set.of("f3"), null, null, 100);
    Duration took = Duration.ofNanos(System.nanoTime() - start);

    // Then
    assertThat(page.total()).isEqualTo(MILLION / 10);
    assertThat(page.newest()).hasSize(100);
    assertThat(page.newest().getFirst().offset()).isEqualTo(999_993);
    assertThat(page.more()).isTrue();
    assertThat(bytes).isLessThan(100L * MILLION);
    assertThat(took).isLessThan(Duration.ofSeconds(2));
  }
}
