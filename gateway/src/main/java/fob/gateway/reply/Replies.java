package fob.gateway.reply;

import fob.bus.Bus;
import fob.call.RequestId;
import fob.call.Response;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.TopicPartition;

/**
 * The replies that come to this gateway from now on, and those that came lately. Thread-safe.
 *
 * @param listener reads the gateway's own partition at any time
 * @param watch reads the other partitions while somebody waits for a reply there
 */
public record Replies(
    PendingCalls<Response> pending, RecentReplies recent, ReplyListener listener, ReplyWatch watch)
    implements AutoCloseable {

  /** The share of the heap that recent replies may take. */
  private static final int HEAP_PART = 32;

  /** The most by which the clocks of gateways and of Kafka may differ. */
  private static final Duration CLOCKS = Duration.ofSeconds(10);

  /** Starts to read replies; none that is written after this returns is missed. */
  public static Replies start(
      Bus bus, Waiting waiting, RandomGenerator random, InstantSource clock) {
    RecentReplies recent =
        new RecentReplies(
            Runtime.getRuntime().maxMemory() / HEAP_PART, clock.instant().plus(CLOCKS));
    return new Replies(
        waiting.calls(),
        recent,
        ReplyListener.start(bus, waiting, recent, random),
        ReplyWatch.start(bus, waiting.calls()));
  }

  /** One who waits for a reply. {@link #close} ends the wait. Used by one thread. */
  public final class Wait implements AutoCloseable {

    private final RequestId id;
    private final CompletableFuture<Response> response;
    private TopicPartition followed = listener.partition();

    private Wait(RequestId id, CompletableFuture<Response> response) {
      this.id = id;
      this.response = response;
    }

    /** Completed by the reply; cancelled when this gateway stops. */
    public CompletableFuture<Response> response() {
      return response;
    }

    /** Has the partition of the reply read from this offset on, unless it is read anyway. */
    public void follow(TopicPartition partition, long offset) {
      if (!partition.equals(followed)) {
        followed = partition;
        watch.follow(partition, offset);
      }
    }

    @Override
    public void close() {
      pending.remove(id, response);
      if (!followed.equals(listener.partition())) {
        watch.leave(followed);
      }
    }
  }

  /** Waits for a reply; empty if the bound of those who wait is reached. */
  public Optional<Wait> await(RequestId id) {
    return pending.add(id).map(response -> new Wait(id, response));
  }

  @Override
  public void close() {
    watch.close();
    listener.close();
  }
}
