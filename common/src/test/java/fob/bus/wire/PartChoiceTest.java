package fob.bus.wire;

import static org.assertj.core.api.Assertions.assertThat;

import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.Instance;
import fob.function.Limits;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PartChoiceTest {

  private static final int PARTITIONS = 16;
  private static final FunctionId ID =
      FunctionId.parse("0198c0de-0000-7000-8000-000000000001").orElseThrow();

  /** The partition that Kafka's producer chooses for the id. */
  private static final int FIRST = Topic.partition(ID.toString(), PARTITIONS);

  private final Random random = new Random(1);

  private static FunctionState function(int spread, FunctionStatus status) {
    Limits limits = new Limits(Duration.ofSeconds(1), 1, 64, 4, false, 1000, spread);
    return new FunctionState(
        new FunctionSpec(ID, "python", null, limits, "0".repeat(64), 1, Instant.EPOCH), status);
  }

  private static FunctionStatus ready(int... parts) {
    return new FunctionStatus.Ready(
        Arrays.stream(parts)
            .mapToObj(part -> new Instance("i", URI.create("unix:/i")).of(part))
            .toList());
  }

  private ProducerRecord<String, byte[]> place(
      Optional<FunctionState> function, @Nullable String key) {
    ProducerRecord<String, byte[]> record = new ProducerRecord<>("fob.call", key, new byte[1]);
    record.headers().add("tenant", new byte[1]);
    return new PartChoice(
            id -> function.filter(known -> known.spec().id().equals(id)),
            _ -> PARTITIONS,
            () -> random)
        .place(record);
  }

  /** The distances from the first partition of many records. */
  private Set<Integer> distances(FunctionState function) {
    Set<Integer> distances = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      int partition = place(Optional.of(function), ID.toString()).partition();
      distances.add(Math.floorMod(partition - FIRST, PARTITIONS));
    }
    return distances;
  }

  @Test
  void allPartsGetCalls() {
    assertThat(distances(function(4, new FunctionStatus.Deploying("starting"))))
        .containsExactlyInAnyOrder(0, 4, 8, 12);
    assertThat(distances(function(3, ready(0, 1, 2, 0)))).containsExactlyInAnyOrder(0, 5, 10);
  }

  @Test
  void aPartWithoutAnInstanceGetsNoCalls() {
    assertThat(distances(function(4, ready(1, 3)))).containsExactlyInAnyOrder(4, 12);
  }

  @Test
  void theRecordKeepsItsKeyValueAndHeaders() {
    ProducerRecord<String, byte[]> placed =
        place(Optional.of(function(4, ready(2))), ID.toString());

    assertThat(placed.key()).isEqualTo(ID.toString());
    assertThat(placed.value()).hasSize(1);
    assertThat(placed.headers().lastHeader("tenant")).isNotNull();
  }

  @Test
  void allCallsWithOneKeyAreInOnePart() {
    // Given
    Set<Integer> used = new HashSet<>();
    PartChoice choice =
        new PartChoice(
            _ -> Optional.of(function(4, ready(0, 1, 2, 3))), _ -> PARTITIONS, () -> random);

    for (int key = 0; key < 50; key++) {
      ProducerRecord<String, byte[]> record =
          new ProducerRecord<>("fob.call", ID.toString(), new byte[1]);
      TextHeaders.add(record.headers(), CallWire.KEY, "key-" + key);

      // When
      int partition = choice.place(record).partition();

      // Then
      assertThat(choice.place(record).partition()).isEqualTo(partition);
      assertThat(choice.partition(ID, "fob.async", Optional.of("key-" + key))).isEqualTo(partition);
      used.add(partition);
    }
    assertThat(used).hasSize(4);
  }

  @Test
  void kafkaPlacesTheCallsOfFunctionsWithOnePartAndOfUnknownOnes() {
    assertThat(place(Optional.of(function(1, ready(0))), ID.toString()).partition()).isNull();
    assertThat(place(Optional.empty(), ID.toString()).partition()).isNull();
    assertThat(place(Optional.empty(), "a-name").partition()).isNull();
    assertThat(place(Optional.empty(), null).partition()).isNull();
  }

  @Test
  void thePartsAreFarFromEachOtherAndTheFirstPartitionFollowsTheLast() {
    for (int spread : List.of(1, 3, PARTITIONS)) {
      Parts parts = new Parts(ID, spread, PARTITIONS);
      Set<Integer> used = new HashSet<>();
      for (int part = 0; part < spread; part++) {
        assertThat(parts.partition(part))
            .isEqualTo((FIRST + part * (PARTITIONS / spread)) % PARTITIONS);
        used.add(parts.partition(part));
      }
      assertThat(used).hasSize(spread);
      for (int partition = 0; partition < PARTITIONS; partition++) {
        assertThat(parts.contains(partition)).isEqualTo(used.contains(partition));
      }
    }
  }
}
