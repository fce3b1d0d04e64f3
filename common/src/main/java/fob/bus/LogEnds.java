package fob.bus;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Asks Kafka where partitions end now: at the offset after the last record that is not in an open
 * transaction. It has a connection of its own, since the broker answers no question of a consumer
 * while it holds a fetch of that consumer. Thread-safe.
 */
public final class LogEnds {

  private static final ListOffsetsOptions COMMITTED =
      new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);

  private final Supplier<Admin> admin;

  /**
   * @param admin asked for at each question
   */
  LogEnds(Supplier<Admin> admin) {
    this.admin = admin;
  }

  /**
   * Returns where a partition ends. Does not block.
   *
   * @return fails with a {@link KafkaException} if Kafka does not answer in time
   */
  public CompletionStage<Long> of(TopicPartition partition) {
    return admin
        .get()
        .listOffsets(Map.of(partition, OffsetSpec.latest()), COMMITTED)
        .partitionResult(partition)
        .toCompletionStage()
        .thenApply(ListOffsetsResultInfo::offset);
  }

  /**
   * Returns where partitions end. Blocks.
   *
   * @throws KafkaException if Kafka does not answer in time
   */
  Map<TopicPartition, Long> of(Iterable<TopicPartition> partitions) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(partition -> asked.put(partition, OffsetSpec.latest()));
    try {
      return admin.get().listOffsets(asked, COMMITTED).all().get().entrySet().stream()
          .collect(Collectors.toMap(Map.Entry::getKey, end -> end.getValue().offset()));
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
