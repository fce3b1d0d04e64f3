package fob.bus.table;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A partition that a {@link PartitionsFollower} reads. Used by the follower's thread alone. */
final class FollowedPartition {

  /** One who waits until the partition has been read up to an offset. */
  private record Wait(long end, CompletableFuture<Boolean> over) {}

  private final PartitionsFollower.Reader reader;

  private final List<Wait> waiting = new ArrayList<>();
  private boolean isFresh = true;

  FollowedPartition(PartitionsFollower.Reader reader) {
    this.reader = reader;
  }

  void read(ConsumerRecord<String, byte[]> record) {
    reader.read(record);
  }

  /** Whether reading must begin at the beginning. */
  boolean isFresh() {
    return isFresh;
  }

  /** The next record that this gets is the first one of the partition. */
  void isAtBeginning() {
    isFresh = false;
  }

  /** Adds one who waits until all records before this offset have been read. */
  void await(long end, CompletableFuture<Boolean> over) {
    waiting.add(new Wait(end, over));
  }

  boolean isAwaited() {
    return !waiting.isEmpty();
  }

  /** All records before this offset have been read. */
  void hasReadTo(long position) {
    waiting.stream()
        .filter(wait -> wait.end() <= position)
        .forEach(wait -> wait.over().complete(true));
    waiting.removeIf(wait -> wait.over().isDone());
  }

  /** The partition has lost the next record, so all of it is read again. */
  void startOver() {
    reader.startsOver();
    isFresh = true;
  }

  /** The partition is not followed any more. */
  void end() {
    waiting.forEach(wait -> wait.over().complete(false));
  }
}
