package fob.bus.loop;

import java.util.Collection;
import java.util.List;
import org.apache.kafka.common.TopicPartition;

/** Hears which partitions this member owns. Its methods run on the poll thread. */
public interface Ownership {

  Ownership IGNORED =
      new Ownership() {
        @Override
        public void gained(Collection<TopicPartition> partitions) {}

        @Override
        public void gone(Collection<TopicPartition> partitions) {}
      };

  /** Lets several hear of the partitions, one after the other. */
  static Ownership all(List<Ownership> hearers) {
    return new Ownership() {
      @Override
      public void gained(Collection<TopicPartition> partitions) {
        hearers.forEach(each -> each.gained(partitions));
      }

      @Override
      public void gone(Collection<TopicPartition> partitions) {
        hearers.forEach(each -> each.gone(partitions));
      }
    };
  }

  /** Runs before the first record of these partitions is handled. */
  void gained(Collection<TopicPartition> partitions);

  /**
   * Runs after partitions were handed over, or were lost to another member. No record of them
   * begins here any more.
   */
  void gone(Collection<TopicPartition> partitions);
}
