package fob.deployer;

import static org.assertj.core.api.Assertions.assertThat;

import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.FunctionStatus.Deploying;
import fob.function.FunctionStatus.Ready;
import fob.function.Instance;
import fob.function.Limits;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DivisionTest {

  private static final FunctionStatus NONE = new Deploying("starting");

  private FunctionState function = function(4, 2);

  private static FunctionState function(int instances, int spread) {
    Limits limits = new Limits(Duration.ofSeconds(1), 1, 64, instances, false, 1000, spread);
    return new FunctionState(
        new FunctionSpec(
            FunctionId.random(), "python", null, limits, "0".repeat(64), 1, Instant.EPOCH),
        NONE);
  }

  private static Ready ready(String... ids) {
    return new Ready(
        Arrays.stream(ids).map(id -> new Instance(id, URI.create("http://127.0.0.1:9"))).toList());
  }

  /** Takes over a status as the deployer does, and returns the part of each instance. */
  private Map<String, Integer> parts(FunctionStatus told) {
    function = function.with(Division.of(function, told));
    Map<String, Integer> parts = new TreeMap<>();
    if (function.status() instanceof Ready(var instances)) {
      instances.forEach(instance -> parts.put(instance.id(), instance.part()));
    }
    return parts;
  }

  @Test
  void instancesAreDividedEqually() {
    assertThat(parts(ready("a", "b", "c", "d")).values()).containsExactlyInAnyOrder(0, 0, 1, 1);
  }

  @Test
  void anInstanceStaysInItsPartAndItsReplacementComesToTheSmallestPart() {
    // Given
    parts(ready("a", "b", "c", "d"));
    assertThat(parts(ready("b", "c", "d"))).isEqualTo(Map.of("b", 1, "c", 0, "d", 1));

    // When
    Map<String, Integer> parts = parts(ready("b", "c", "d", "e"));

    // Then
    assertThat(parts).isEqualTo(Map.of("b", 1, "c", 0, "d", 1, "e", 0));
  }

  @Test
  void aPartWithoutAnInstanceGetsOneOfAPartThatHasSeveral() {
    // Given
    parts(ready("a", "b", "c", "d"));

    // When
    Map<String, Integer> parts = parts(ready("b", "d"));

    // Then
    assertThat(parts.values()).containsExactlyInAnyOrder(0, 1);
  }

  @Test
  void theStatusOfAFunctionWithOnePartIsLeftAlone() {
    Ready told = ready("a", "b");

    assertThat(Division.of(function(2, 1), told)).isSameAs(told);
    assertThat(Division.of(function, NONE)).isSameAs(NONE);
  }

  @Test
  void whateverInstancesComeAndGoNoPartIsEmptyWhileAnotherHasSeveral() {
    Random random = new Random(7);
    function = function(9, 4);
    for (int step = 0; step < 2_000; step++) {
      // When
      String[] ids =
          IntStream.range(0, 20)
              .filter(_ -> random.nextInt(20) < 9)
              .mapToObj(Integer::toString)
              .toArray(String[]::new);
      Map<String, Integer> parts = parts(ids.length == 0 ? NONE : ready(ids));

      // Then
      assertThat(parts.keySet()).containsExactlyInAnyOrder(ids);
      assertThat(parts.values().stream().distinct().count()).isEqualTo(Math.min(4, ids.length));
      assertThat(parts.values()).allMatch(part -> part >= 0 && part < 4);
    }
  }
}
