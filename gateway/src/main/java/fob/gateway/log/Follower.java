package fob.gateway.log;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.TopicPartition;

/**
 * The lines that one client has not got yet. If they are too many, the client is cut: it gets no
 * further lines. {@link LogFeed} adds lines, and one other thread takes them.
 */
final class Follower {

  /** The most bytes of lines that wait. */
  static final int MOST_BYTES = 1024 * 1024;

  private final TopicPartition partition;
  private final String key;
  private final BlockingQueue<List<PlacedLine>> waiting = new LinkedBlockingQueue<>();
  private final AtomicInteger bytes = new AtomicInteger();
  private volatile boolean cut;

  /**
   * @param key of the function's records
   */
  Follower(TopicPartition partition, String key) {
    this.partition = partition;
    this.key = key;
  }

  TopicPartition partition() {
    return partition;
  }

  String key() {
    return key;
  }

  /** Adds lines. Never waits. */
  void add(List<PlacedLine> lines) {
    int more = lines.stream().mapToInt(PlacedLine::bytes).sum();
    if (cut || bytes.addAndGet(more) > MOST_BYTES + more) {
      cut = true;
      return;
    }
    waiting.add(lines);
  }

  /** Returns the next lines; none if none come in that time. */
  List<PlacedLine> next(Duration wait) throws InterruptedException {
    List<PlacedLine> lines = waiting.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
    if (lines == null) {
      return List.of();
    }
    bytes.addAndGet(-lines.stream().mapToInt(PlacedLine::bytes).sum());
    return lines;
  }

  /** Whether the client was too slow. There may be lines from before that. */
  boolean isCut() {
    return cut;
  }
}
