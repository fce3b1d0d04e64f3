package fob.deployer;

import fob.bus.loop.Ownership;
import java.util.Collection;
import org.apache.kafka.common.TopicPartition;

/** Tells the leadership whether this deployer owns the partition of {@code fob.gen}. */
record Activity(Decisions decisions, Leadership leadership) implements Ownership {

  @Override
  public void gained(Collection<TopicPartition> partitions) {
    if (!partitions.isEmpty()) {
      decisions.soon(leadership::gained);
    }
  }

  @Override
  public void gone(Collection<TopicPartition> partitions) {
    if (!partitions.isEmpty()) {
      decisions.soon(leadership::lost);
    }
  }
}
