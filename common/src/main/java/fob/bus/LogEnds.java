package fob.bus;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Asks Kafka where partitions end now. A consumer can ask too, but its question waits while the
 * broker holds a fetch of the same consumer. Thread-safe.
 */
public final class LogEnds implements AutoCloseable {

  private final Admin admin;

  /**
   * @param admin from {@link Bus#admin}; this closes it
   */
  public LogEnds(Admin admin) {
    this.admin = admin;
  }

  /**
   * Returns the offset after the last record of a partition that is not in an open transaction.
   * Does not block.
   *
   * @return fails with a {@link org.apache.kafka.common.KafkaException} if Kafka does not answer in
   *     time
   */
  public CompletionStage<Long> of(TopicPartition partition) {
    return admin
        .listOffsets(
            Map.of(partition, OffsetSpec.latest()),
            new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
        .partitionResult(partition)
        .toCompletionStage()
        .thenApply(ListOffsetsResultInfo::offset);
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
