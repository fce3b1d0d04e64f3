package fob.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RequestIdsTest {

  private static final long LAST_MILLIS_OF_A_UUID = (1L << 48) - 1;

  private static UUID mint(long millis, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    RequestIds ids = new RequestIds(() -> Instant.ofEpochMilli(millis), () -> random, id -> true);
    return UUID.fromString(ids.next().value());
  }

  private static Stream<Arguments> timesAndSeeds() {
    return LongStream.concat(
            LongStream.of(0, 1, LAST_MILLIS_OF_A_UUID - 1, LAST_MILLIS_OF_A_UUID),
            new SplittableRandom(1).longs(150, 0, LAST_MILLIS_OF_A_UUID))
        .mapToObj(millis -> Arguments.of(millis, Long.hashCode(millis)));
  }

  @ParameterizedTest
  @MethodSource("timesAndSeeds")
  void everyIdIsAUuidOfVersion7ThatTellsItsTime(long millis, long seed) {
    UUID id = mint(millis, seed);
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(millis);
    assertThat(RequestIds.time(new RequestId(id.toString())))
        .contains(Instant.ofEpochMilli(millis));
  }

  @Test
  void idOfAnotherFormHasNoTime() {
    assertThat(
            List.of(
                "my-own",
                "fob.async-3-42",
                "3f2b8a10-1c2d-4e3f-8a9b-0c1d2e3f4a5b",
                "0198C0DE-0000-7000-8000-000000000001",
                "198c0de-0-7000-8000-1",
                "0198c0de-0000-7000-8000-000000000001x"))
        .allSatisfy(id -> assertThat(RequestIds.time(new RequestId(id))).isEmpty());
  }

  @RepeatedTest(150)
  void theTextIsCanonical(RepetitionInfo seed) {
    UUID id = mint(1_767_225_600_000L, seed.getCurrentRepetition());
    assertThat(id.toString()).matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-.*");
  }

  @Test
  void idsAreDrawnUntilThePredicateAcceptsOne() {
    // Given
    SplittableRandom random = new SplittableRandom(1);
    RequestIds ids =
        new RequestIds(() -> Instant.ofEpochMilli(1), () -> random, id -> id.endsWith("a"));
    Set<String> minted = new HashSet<>();

    // When
    for (int i = 0; i < 200; i++) {
      minted.add(ids.next().value());
    }

    // Then
    assertThat(minted).hasSize(200).allMatch(id -> id.endsWith("a"));
  }

  @Test
  void allRandomBitsAreUsed() {
    // Given
    long ones = 0;
    long zeros = 0;

    // When
    for (int seed = 0; seed < 500; seed++) {
      UUID id = mint(0, seed);
      long random = (id.getMostSignificantBits() << 52) | (id.getLeastSignificantBits() >>> 12);
      ones |= random;
      zeros |= ~random;
    }

    // Then
    assertThat(Long.bitCount(ones & zeros)).as("bits that take both values").isEqualTo(62);
  }
}
