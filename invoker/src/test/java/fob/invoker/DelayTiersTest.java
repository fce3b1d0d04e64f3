package fob.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import fob.bus.wire.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DelayTiersTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final long LONGEST_MILLIS = Duration.ofDays(1).toMillis();
  private static final Duration SMALLEST = Topics.RETRY.getFirst().delay();
  private static final Map<String, Topics.Tier> TIERS =
      Topics.RETRY.stream()
          .collect(Collectors.toMap(tier -> tier.topic().name(), Function.identity()));

  @ParameterizedTest
  @CsvSource({
    "-3600000, fob.async",
    "-1, fob.async",
    "0, fob.async",
    "1, fob.retry.1s",
    "999, fob.retry.1s",
    "1000, fob.retry.1s",
    "9999, fob.retry.1s",
    "10000, fob.retry.10s",
    "59999, fob.retry.10s",
    "60000, fob.retry.1m",
    "599999, fob.retry.1m",
    "600000, fob.retry.10m",
    "86400000, fob.retry.10m"
  })
  void aCallGoesToTheLongestTierThatIsNotTooLong(long millis, String topic) {
    assertThat(DelayTiers.next(NOW, NOW.plusMillis(millis))).isEqualTo(topic);
  }

  /**
   * Each tier holds a call for its delay or until the call is due, and is late by a share of that.
   */
  @RepeatedTest(150)
  void aCallIsDueAfterAFewTiersAndOnlyAsLateAsTheTiersWere(RepetitionInfo seed) {
    SplittableRandom random = new SplittableRandom(seed.getCurrentRepetition());
    long millis = random.nextInt(10) == 0 ? LONGEST_MILLIS : random.nextLong(LONGEST_MILLIS);
    double lateness = random.nextInt(10) == 0 ? 0 : random.nextDouble(0.2);
    Instant due = NOW.plusMillis(millis);
    Instant now = NOW;
    int hops = 0;
    for (String topic = DelayTiers.next(now, due);
        !topic.equals("fob.async");
        topic = DelayTiers.next(now, due)) {
      Duration rest = Duration.between(now, due);
      Duration delay = Objects.requireNonNull(TIERS.get(topic)).delay();
      // Only the shortest tier may hold a call for less than its delay, because the records of a
      // tier are due in their order only if all are held equally long.
      assertThat(delay.compareTo(rest) <= 0 || delay.equals(SMALLEST)).isTrue();
      Duration held = delay.compareTo(rest) < 0 ? delay : rest;
      now = now.plus(held).plusMillis(Math.round(held.toMillis() * lateness));
      hops++;
      assertThat(hops).isLessThanOrEqualTo(144 + 9 + 5 + 10);
    }
    assertThat(now).isAfterOrEqualTo(due);
    assertThat(Duration.between(due, now))
        .isLessThanOrEqualTo(Duration.ofMillis(Math.round(millis * lateness) + 1));
    if (lateness == 0) {
      assertThat(now).isEqualTo(due);
    }
  }
}
