package fob.bus.loop;

import static org.assertj.core.api.Assertions.assertThat;

import fob.bus.TestConsumer;
import fob.service.Loops;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RebalanceTest {

  private static final TopicPartition P0 = new TopicPartition("calls", 0);

  private final TestConsumer consumer = new TestConsumer();
  private final Commits commits = new Commits(consumer);
  private final List<CommitTracker> owned = new ArrayList<>();
  private final List<Boolean> begun = new ArrayList<>();
  private final Rebalance rebalance =
      new Rebalance(
          new Loops().loop("test"),
          commits,
          new ReadingPause(consumer, commits),
          Optional.empty(),
          new Owned(),
          () -> false);

  private final class Owned implements Ownership {
    @Override
    public void gained(Collection<TopicPartition> partitions) {
      partitions.forEach(partition -> owned.add(commits.tracker(partition)));
    }

    @Override
    public void gone(Collection<TopicPartition> partitions) {
      owned.forEach(tracker -> begun.add(tracker.begin(0)));
    }
  }

  @Test
  void noRecordOfAPartitionThatWasLostBeginsWhenItsLossIsTold() {
    // Given
    consumer.begin(P0);
    consumer.assign(List.of(P0));
    rebalance.onPartitionsAssigned(List.of(P0));
    owned.getFirst().start(0);

    // When
    rebalance.onPartitionsLost(List.of(P0));

    // Then
    assertThat(begun).containsExactly(false);
  }
}
