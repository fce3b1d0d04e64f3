package fob.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VersionsOfNamesTest {

  private static final FunctionName ADD = new FunctionName("add");
  private static final FunctionId THREE = FunctionId.random();
  private static final FunctionId FOUR = FunctionId.random();

  private static Weights weights(int... pairs) {
    TreeMap<Integer, Integer> percents = new TreeMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      percents.put(pairs[i], pairs[i + 1]);
    }
    return new Weights(percents);
  }

  @Test
  void aVersionIsWrittenWithItsName() {
    assertThat(VersionName.parse("add@3")).contains(new VersionName(ADD, 3));
    assertThat(new VersionName(ADD, 3)).hasToString("add@3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "add",
        "@",
        "add@",
        "@3",
        "add@0",
        "add@03",
        "add@-1",
        "add@3@4",
        "Add@3",
        "add@1234567890",
        "add@3 ",
        "3f2b8a10-1c2d-4e3f-8a9b-0c1d2e3f4a5b@1"
      })
  void whatIsNoVersionIsNotRead(String text) {
    assertThat(VersionName.parse(text)).isEmpty();
    assertThat(FunctionName.isValid(text)).isEqualTo(text.equals("add"));
  }

  @Test
  void weightsThatDoNotAddUpAreRefused() {
    for (Map<Integer, Integer> wrong :
        List.of(
            Map.<Integer, Integer>of(),
            Map.of(1, 99),
            Map.of(1, 101, 2, -1),
            Map.of(1, 100, 2, 0))) {
      assertThatThrownBy(() -> new Weights(new TreeMap<>(wrong)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void callsAreDividedByTheWeightsWhateverTheirLotsLookLike() {
    Weights divided = weights(3, 90, 4, 10);

    for (String prefix : List.of("order-", "01a21069-5ecd-70e8-a22c-27856f5160")) {
      long toFour = IntStream.range(0, 10_000).filter(i -> divided.choose(prefix + i) == 4).count();
      assertThat(toFour).isCloseTo(1_000L, within(150L));
    }
    long random =
        IntStream.range(0, 10_000)
            .filter(_ -> divided.choose(UUID.randomUUID().toString()) == 4)
            .count();
    assertThat(random).isCloseTo(1_000L, within(150L));
  }

  @Test
  void aLotDecidesAlikeEverywhereAndOneVersionGetsAllCalls() {
    assertThat(weights(3, 50, 4, 50).choose("key")).isEqualTo(weights(3, 50, 4, 50).choose("key"));
    assertThat(Weights.allTo(3).choose("any")).isEqualTo(3);
  }

  @Test
  void theVersionWithTheLargestWeightStandsForTheName() {
    assertThat(weights(3, 90, 4, 10).main()).isEqualTo(3);
    assertThat(weights(3, 50, 4, 50).main()).isEqualTo(4);
  }

  @Test
  void theWeightOfAVersionThatIsGoneGoesToTheOthersInTheirProportion() {
    assertThat(weights(1, 50, 2, 30, 3, 20).without(Set.of(1))).contains(weights(2, 60, 3, 40));
    assertThat(weights(1, 34, 2, 33, 3, 33).without(Set.of(1))).contains(weights(2, 50, 3, 50));
    assertThat(weights(1, 98, 2, 1, 3, 1).without(Set.of(1))).contains(weights(2, 50, 3, 50));
    assertThat(weights(1, 100).without(Set.of(1))).isEmpty();
  }

  private static NameState name(@Nullable NameChange... history) {
    return new NameState(
        ADD,
        new TreeMap<>(Map.of(3, THREE, 4, FOUR)),
        4,
        4,
        4,
        weights(3, 90, 4, 10),
        null,
        null,
        List.of(history));
  }

  private final Lookup lookup =
      new Lookup(wanted -> wanted.equals(ADD) ? Optional.of(name()) : Optional.empty());

  @Test
  void idsNamesAndVersionsAreFound() {
    assertThat(lookup.find("add")).contains(THREE);
    assertThat(lookup.find("add@4")).contains(FOUR);
    assertThat(lookup.find(FOUR.toString())).contains(FOUR);
    assertThat(IntStream.range(0, 200).mapToObj(i -> lookup.find("add", "lot-" + i).orElseThrow()))
        .contains(THREE, FOUR);
    for (String unknown : List.of("sub", "add@9", "sub@1", "Not A Name", "")) {
      assertThat(lookup.find(unknown)).isEmpty();
    }
  }

  @Test
  void whatIsNotThereIsNamedWithTheVersionsThatAre() {
    assertThat(lookup.unknown("add@9"))
        .isEqualTo("there is no version 9 of 'add'; there are add@4, add@3");
    assertThat(lookup.unknown("sub@1")).isEqualTo("there is no function 'sub@1'");
    assertThat(lookup.unknown("sub")).isEqualTo("there is no function 'sub'");
  }

  @Test
  void theHistoryHasTheNewestChanges() {
    NameState name = name();
    for (int i = 0; i < 60; i++) {
      name = name.changed(new NameChange("c" + i, Instant.EPOCH, "ada", Weights.allTo(4)));
    }

    assertThat(name.history()).hasSize(NameState.LONGEST_HISTORY);
    assertThat(name.history().getFirst().id()).isEqualTo("c59");
    assertThat(name.weights()).isEqualTo(Weights.allTo(4));
  }

  @Test
  void aVersionThatItsNameHasLeftIsStoppedEarlier() {
    Duration keep = Duration.ofMinutes(5);

    assertThat(idleAfter(null, keep, false)).isNull();
    assertThat(idleAfter(Duration.ofHours(1), keep, false)).isEqualTo(Duration.ofHours(1));
    assertThat(idleAfter(null, keep, true)).isEqualTo(keep);
    assertThat(idleAfter(Duration.ofHours(1), keep, true)).isEqualTo(keep);
    assertThat(idleAfter(Duration.ofSeconds(9), keep, true)).isEqualTo(Duration.ofSeconds(9));
    assertThat(state(null, keep).with(new Version(1, "ada", Instant.EPOCH, true)).idleAfter())
        .isEqualTo(Limits.MIN_IDLE);
  }

  private static @Nullable Duration idleAfter(
      @Nullable Duration idle, Duration keep, boolean isRetired) {
    return state(idle, keep)
        .with(new Version(1, "ada", isRetired ? Instant.EPOCH : null, false))
        .idleAfter();
  }

  private static FunctionState state(@Nullable Duration idle, Duration keep) {
    Limits limits = new Limits(Duration.ofSeconds(1), 1, 64, 1, false, 1000, 1, idle, keep);
    return new FunctionState(
        new FunctionSpec(THREE, "python", ADD, limits, "0".repeat(64), 1, Instant.EPOCH),
        new FunctionStatus.Deploying("starting"));
  }
}
