package fob.gateway.result;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import fob.bus.Bus;
import fob.bus.table.TopicFollower;
import fob.bus.wire.Json;
import fob.bus.wire.Topics;
import fob.call.RequestId;
import fob.call.RequestIds;
import fob.gateway.http.Problem;
import fob.gateway.publish.AsyncPublisher;
import fob.gateway.publish.ConfirmedPublisher;
import fob.service.Loops;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The calls that idempotency keys stand for. Every gateway reads all claims from {@code fob.keys}.
 * The first claim of a key wins, so all gateways agree without asking each other. At most 1,000,000
 * keys are in memory. Thread-safe.
 */
public final class IdempotencyClaims implements AutoCloseable {

  /** How long a key stands for its call. */
  static final Duration KEPT = Topics.RESULTS_KEPT;

  /**
   * A call that is published later than this after its id was made is looked for in another way.
   * Shorter than {@link AsyncPublisher#ACCEPTED_WITHIN}, whatever clocks differ by.
   */
  private static final Duration LATE = Duration.ofSeconds(20);

  private static final long MOST = 1_000_000;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /**
   * A key's call.
   *
   * @param payload the payload's hash
   * @param made when Kafka stored the claim
   * @param published whether the call is known to be in Kafka
   */
  public record Claim(RequestId id, String payload, Instant made, boolean published) {}

  private final Cache<String, Claim> claims =
      Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(KEPT).build();

  /** The ids of calls that were published late. That is rare: a gateway had died before. */
  private final Cache<RequestId, Boolean> late =
      Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(KEPT).build();

  private final ConfirmedPublisher publisher;
  private final TopicFollower follower;

  public IdempotencyClaims(Bus bus, ConfirmedPublisher publisher) {
    this(bus.loops(), bus.reader(), publisher);
  }

  /**
   * @param consumer made for {@code assign()}; {@link #close} closes it
   */
  public IdempotencyClaims(
      Loops loops, Consumer<String, byte[]> consumer, ConfirmedPublisher publisher) {
    this.publisher = publisher;
    this.follower = new TopicFollower(loops, Topics.KEYS, consumer, this::read);
  }

  /**
   * @throws IllegalStateException if the topic cannot be read to its end by the deadline
   */
  public void start(Instant deadline) throws InterruptedException {
    follower.start(deadline);
  }

  /**
   * Claims the key for a call, unless it already stands for one. Blocks until the claim can be read
   * back, for up to 5 s.
   *
   * @return the call that the key stands for from now on
   * @throws Problem 503 if Kafka did not confirm the claim
   */
  public Claim claim(String key, RequestId id, String payload) throws InterruptedException {
    Optional<Claim> known = get(key);
    if (known.isPresent()) {
      return known.get();
    }
    publisher.publish(encode(key, id, payload, false));
    try {
      follower.catchUp(Instant.now().plus(PATIENCE));
    } catch (IllegalStateException e) {
      throw Problem.busUnavailable("the idempotency key could not be read back; nothing was run");
    }
    return get(key)
        // The topic was made anew a moment ago, and this gateway has not seen that yet.
        .orElseThrow(() ->
            Problem.busUnavailable("the idempotency key could not be read back; nothing was run"));
  }

  public Optional<Claim> get(String key) {
    return Optional.ofNullable(claims.getIfPresent(key))
        .filter(claim -> claim.made().plus(KEPT).isAfter(Instant.now()));
  }

  /** Tells all gateways that the call of this claim is in Kafka. Does not block. */
  public void published(String key, Claim claim) {
    publisher.send(encode(key, claim.id(), claim.payload(), true));
  }

  /**
   * Like {@link #published}, for a call that was published long after its id was made. Blocks until
   * the record is replicated, since results are then looked for in another way ({@link #isLate}).
   *
   * @throws Problem 503 if Kafka did not confirm the record
   */
  public void publishedLate(String key, Claim claim) {
    publisher.publish(encode(key, claim.id(), claim.payload(), true));
  }

  /** Whether the call with this id may have been published long after the id was made. */
  public boolean isLate(RequestId id) {
    return late.getIfPresent(id) != null;
  }

  private static ProducerRecord<String, byte[]> encode(
      String key, RequestId id, String payload, boolean published) {
    return new ProducerRecord<>(
        Topics.KEYS.name(),
        key,
        Json.bytes(
            JsonNodeFactory.instance
                .objectNode()
                .put("id", id.value())
                .put("payload", payload)
                .put("published", published)));
  }

  private void read(ConsumerRecord<String, byte[]> record) {
    Instant made = Instant.ofEpochMilli(record.timestamp());
    if (made.plus(KEPT).isBefore(Instant.now())) {
      return;
    }
    JsonNode json = Json.parse(record.value());
    Claim said =
        new Claim(
            new RequestId(json.path("id").asText()),
            json.path("payload").asText(),
            made,
            json.path("published").asBoolean());
    if (said.published() && isLate(said)) {
      late.put(said.id(), true);
    }
    claims.asMap().merge(record.key(), said, IdempotencyClaims::after);
  }

  private static boolean isLate(Claim published) {
    return RequestIds.time(published.id())
        .map(made -> made.plus(LATE).isBefore(published.made()))
        .orElse(true);
  }

  /** Merges two claims of one key, by their records alone, so that all gateways agree. */
  static Claim after(Claim first, Claim later) {
    if (later.published() && later.id().equals(first.id())) {
      return new Claim(first.id(), first.payload(), first.made(), true);
    }
    return first.made().plus(KEPT).isAfter(later.made()) ? first : later;
  }

  @Override
  public void close() {
    follower.close();
  }
}
