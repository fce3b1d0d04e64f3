package fob.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import fob.function.LogLine;
import fob.gateway.http.ServerEvents;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class FollowerTest {

  private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final LogSearch.Found NOTHING = new LogSearch.Found(List.of(), Optional.empty());

  private final Follower follower = new Follower(new TopicPartition("fob.logs", 0), "f");
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private static PlacedLine line(long offset, String text) {
    return new PlacedLine(
        new PlacedLine.Place(offset, 0), new LogLine(AT, "r-1", null, text, null));
  }

  private String stream(LogSearch.Found before, BooleanSupplier exists)
      throws IOException, InterruptedException {
    new LogStream(
            new ServerEvents(out, () -> true),
            LogForm.PLAIN,
            LogQuery.of(Map.of(), AT),
            PlacedLine.Place.START)
        .run(before, follower, exists, () -> false);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void slowClientIsCutAndBoundsItsMemory() throws InterruptedException {
    // When
    for (int i = 0; i < 1_000; i++) {
      follower.add(List.of(line(i, "x".repeat(10_000))));
    }

    // Then
    assertThat(follower.isCut()).isTrue();
    int lines = 0;
    while (!follower.next(Duration.ZERO).isEmpty()) {
      lines++;
    }
    assertThat(lines).isBetween(40, 60);
  }

  @Test
  void clientThatReadsIsNotCut() throws InterruptedException {
    for (int i = 0; i < 1_000; i++) {
      follower.add(List.of(line(i, "x".repeat(10_000))));
      assertThat(follower.next(Duration.ZERO)).hasSize(1);
    }
    assertThat(follower.isCut()).isFalse();
  }

  @Test
  void linesAreWrittenOnceAndTheLastEventSaysWhyItIsTheLast()
      throws IOException, InterruptedException {
    // Given
    follower.add(List.of(line(1, "one"), line(2, "two")));

    // When
    String events =
        stream(
            new LogSearch.Found(List.of(line(0, "zero"), line(1, "one")), Optional.of("a note")),
            () -> false);

    // Then
    assertThat(events)
        .isEqualTo(
            """
            : lines follow

            event: note
            data: a note

            id: 0.0
            data: 2026-01-02T03:04:05.678Z r-1 zero

            id: 1.0
            data: 2026-01-02T03:04:05.678Z r-1 one

            id: 2.0
            data: 2026-01-02T03:04:05.678Z r-1 two

            event: removed
            data: the function was removed

            """);
  }

  @Test
  void clientThatIsCutIsToldSo() throws IOException, InterruptedException {
    // Given
    follower.add(List.of(line(0, "x".repeat(2 * Follower.MOST_BYTES))));
    follower.add(List.of(line(1, "lost")));

    // When / Then
    assertThat(stream(NOTHING, () -> true))
        .contains("xxx")
        .doesNotContain("lost")
        .contains("event: cut\ndata: the client reads too slowly");
  }
}
