package fob.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import fob.bus.table.FunctionTable;
import fob.bus.wire.FunctionRowWire;
import fob.function.FunctionSchema;
import fob.function.FunctionState;
import fob.service.Loops;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class SchemasTest {

  private static final TopicPartition ROWS = new TopicPartition("fob.functions", 0);

  private final MockConsumer<String, byte[]> bus = new MockConsumer<>("earliest");

  @Test
  void aTableWithoutSchemasHasAllElseOfAFunction() throws InterruptedException {
    // Given
    FunctionState described =
        Fixtures.deploying("starting").with(new FunctionSchema("{\"parameters\":{}}"));
    var row = FunctionRowWire.encode(described);
    bus.updateBeginningOffsets(Map.of(ROWS, 0L));
    bus.updateEndOffsets(Map.of(ROWS, 1L));
    bus.schedulePollTask(
        () -> bus.addRecord(new ConsumerRecord<>(ROWS.topic(), 0, 0, row.key(), row.value())));

    // When
    Optional<FunctionState> found;
    try (FunctionTable table = FunctionTable.withoutSchemas(new Loops(), bus, (_, _) -> {})) {
      table.start(Instant.now().plusSeconds(10));
      found = table.get(described.spec().id());
    }

    // Then
    assertThat(found).contains(described.withoutSchema());
    assertThat(described.withoutSchema()).isNotEqualTo(described);
  }
}
