package fob.gateway.dead;

import static org.assertj.core.api.Assertions.assertThat;

import fob.call.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LetterIndexTest {

  private static final int MILLION = 1_000_000;
  private static final Instant DIED = Instant.parse("2026-01-31T12:00:00Z");
  private static final LetterIndex.Filter ANY =
      new LetterIndex.Filter(Set.of(), null, Instant.EPOCH);

  private final LetterIndex index = new LetterIndex(MILLION);

  private void add(String id, long offset) {
    index.add(id, "f" + offset % 10, Failure.TIMEOUT, DIED, offset);
  }

  @Test
  void itHoldsWhatWasAddedAndNotRemoved() {
    // Given
    Random random = new Random(7);
    Map<String, Long> expected = new HashMap<>();

    // When
    for (long offset = 0; offset < 50_000; offset++) {
      String id =
          random.nextBoolean() ? "own-" + random.nextInt(3_000) : uuid(random.nextInt(3_000));
      if (random.nextInt(3) == 0) {
        index.remove(id);
        expected.remove(id);
      } else {
        add(id, offset);
        expected.put(id, offset);
      }
    }

    // Then
    assertThat(index.select(ANY, Long.MAX_VALUE, 10_000).offsets())
        .containsExactly(
            expected.values().stream()
                .mapToLong(Long::longValue)
                .boxed()
                .sorted(java.util.Comparator.reverseOrder())
                .mapToLong(Long::longValue)
                .toArray());
    expected.forEach((id, offset) -> assertThat(index.offset(id)).hasValue(offset));
    assertThat(index.leftOut()).isZero();
  }

  private static String uuid(int number) {
    return new UUID(number, -number).toString();
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
    LetterIndex.Selected page =
        index.select(new LetterIndex.Filter(Set.of("f3"), null, DIED), Long.MAX_VALUE, 100);
    Duration took = Duration.ofNanos(System.nanoTime() - start);

    // Then
    assertThat(page.total()).isEqualTo(MILLION / 10);
    assertThat(page.offsets()).hasSize(100).startsWith(999_993, 999_983);
    assertThat(page.more()).isTrue();
    assertThat(bytes).isLessThan(100L * MILLION);
    assertThat(took).isLessThan(Duration.ofSeconds(2));
  }
}
