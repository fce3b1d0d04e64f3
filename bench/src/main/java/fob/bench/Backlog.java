package fob.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.bus.Bus;
import fob.bus.wire.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Produces many asynchronous calls of one function to Kafka at once and waits for their replies. An
 * instance is used once, by one thread.
 */
final class Backlog implements AutoCloseable {

  private static final byte[] NO_PARAMETERS = "{}".getBytes(UTF_8);

  private final String prefix = "bench-" + UUID.randomUUID() + "-";
  private final String function;
  private final int calls;
  private final Producer<String, byte[]> producer;
  private final Replies replies;

  Backlog(Bus bus, String function, int calls) {
    this.function = function;
    this.calls = calls;
    this.producer = bus.bulkProducer();
    this.replies = new Replies(bus.reader(), prefix);
  }

  /** Produces all calls. Returns the time until the last one was acknowledged. */
  Duration produce() throws IOException {
    AtomicInteger failed = new AtomicInteger();
    long start = System.nanoTime();
    for (int i = 0; i < calls; i++) {
      ProducerRecord<String, byte[]> call =
          new ProducerRecord<>(Topics.ASYNC.name(), function, NO_PARAMETERS);
      call.headers().add("fob-request-id", (prefix + i).getBytes(UTF_8));
      var _ =
          producer.send(
              call,
              (metadata, failure) -> {
                if (failure != null) {
                  failed.incrementAndGet();
                }
              });
    }
    producer.flush();
    if (failed.get() > 0) {
      throw new IOException(failed + " calls were not acknowledged");
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /**
   * Waits for the replies to all calls.
   *
   * @return the number of replies by status; further replies to a call are counted as "again"
   * @throws IOException if replies are missing when the patience ends
   */
  Map<String, Integer> awaitReplies(Duration patience) throws IOException {
    Map<String, Integer> statuses = new HashMap<>();
    Set<Integer> seen = new HashSet<>();
    long deadline = System.nanoTime() + patience.toNanos();
    while (seen.size() < calls) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "%d of %d calls have no reply after %s"
                .formatted(calls - seen.size(), calls, patience));
      }
      for (Replies.Reply reply : replies.poll()) {
        statuses.merge(seen.add(reply.number()) ? reply.status() : "again", 1, Integer::sum);
      }
    }
    return statuses;
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(1));
    replies.close();
  }
}
