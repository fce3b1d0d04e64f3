package fob.gateway.reply;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import fob.bus.wire.ResponseWire;
import fob.call.RequestId;
import fob.call.RequestIds;
import fob.call.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The replies that came to this gateway lately, so that looking them up takes no reading. Bounded
 * in bytes; what was not asked for lately leaves first. Thread-safe.
 */
public final class RecentReplies {

  private static final Duration KEPT = Duration.ofHours(1);

  /** Roughly what a reply takes on the heap besides its value. */
  private static final int OVERHEAD_BYTES = 1_000;

  private record Kept(Response response, int bytes) {}

  private final Cache<String, Kept> replies;
  private final Instant from;

  /**
   * @param mostBytes the bound of all replies together
   * @param from replies to calls that were made earlier are not kept: the first reply to a call is
   *     its result, and this gateway may have missed that one
   */
  public RecentReplies(long mostBytes, Instant from) {
    this.from = from;
    this.replies =
        Caffeine.newBuilder()
            .maximumWeight(mostBytes)
            .weigher((String _, Kept kept) -> kept.bytes())
            .expireAfterWrite(KEPT)
            // By itself, each reply would wake a thread of the common pool for a moment.
            .executor(Runnable::run)
            .build();
  }

  /** Finds the reply to a call; empty if it is not here any more, or never was. */
  public Optional<Response> get(RequestId id) {
    return Optional.ofNullable(replies.getIfPresent(id.value())).map(Kept::response);
  }

  /**
   * Keeps the reply to a call that was made since this gateway reads. An earlier reply to the call
   * stays.
   *
   * @param decoded the reply in the record, if it was decoded already
   */
  void add(ConsumerRecord<String, byte[]> record, Optional<Response> decoded) {
    String id = record.key();
    if (id == null || !RequestId.isValid(id) || isEarlier(new RequestId(id))) {
      return;
    }
    try {
      Response response = decoded.orElseGet(() -> ResponseWire.decode(record));
      Kept kept = new Kept(response, OVERHEAD_BYTES + record.serializedValueSize());
      replies.asMap().putIfAbsent(id, kept);
    } catch (RuntimeException malformed) {
      // Another program's record, which is nobody's reply.
    }
  }

  private boolean isEarlier(RequestId id) {
    return RequestIds.time(id).map(time -> time.isBefore(from)).orElse(true);
  }
}
