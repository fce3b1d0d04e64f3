package fob.bus.loop;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/** The records of a partition that are not done: how many there are, and the first one. */
record UndoneRecords(long count, long first) {

  /**
   * @param commit the last commit of the partition's group, with its metadata; null if there is
   *     none
   * @param start the first offset in the partition
   * @param end the offset after the last record
   */
  static UndoneRecords of(@Nullable OffsetAndMetadata commit, long start, long end) {
    if (commit == null || commit.offset() < start) {
      return new UndoneRecords(end - start, start);
    }
    String text = commit.metadata();
    var unfinished =
        UnfinishedOffsets.decode(commit.offset(), text.substring(text.indexOf('|') + 1));
    long read = Math.max(commit.offset(), unfinished.end());
    return new UndoneRecords(
        unfinished.offsets().size() + Math.max(0, end - read),
        unfinished.offsets().isEmpty() ? read : unfinished.offsets().first());
  }
}
