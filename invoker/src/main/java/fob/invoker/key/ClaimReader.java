package fob.invoker.key;

import fob.bus.LogReader;
import fob.bus.PollRecovery;
import fob.bus.wire.KeyClaimWire;
import fob.bus.wire.KeyClaimWire.Read;
import fob.bus.wire.Topics;
import fob.call.KeyClaim;
import fob.service.Loop;
import fob.service.Loops;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Reads the claims of idempotency keys from {@code fob.keys}, for the shards that there are: first
 * those that are in the log, then those that are written. One thread reads; the methods for others
 * are thread-safe. Single use.
 */
final class ClaimReader implements AutoCloseable {

  private static final String TOPIC = Topics.KEYS.name();
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration POLL_TO_END = Duration.ofMillis(10);
  private static final Duration CLOSE = Duration.ofSeconds(3);
  private static final Duration REMOVE_EXPIRED_EVERY = Duration.ofMinutes(10);

  /** Gateways of earlier versions wrote claims of all functions to this partition. */
  private static final int EARLIER = 0;

  private final LogReader consumer;
  private final Map<Integer, Shard> shards;
  private final InstantSource clock;
  private final Loop loop;
  private final PollRecovery recovery;
  private final ClaimTable earlier = new ClaimTable(); // guarded by itself

  /** The shards that are read; null if all must be read from the beginning. */
  private @Nullable Map<Integer, Shard> followed;

  /** Where the log ended when reading a partition began; without those that were read so far. */
  private final Map<TopicPartition, Long> ends = new HashMap<>();

  private Instant removeExpiredAt;
  private volatile boolean stopping;

  /**
   * @param consumer from {@link fob.bus.Bus#shardReader}; this closes it
   * @param shards by their partitions; a thread-safe map that others change
   */
  ClaimReader(Loops loops, LogReader consumer, Map<Integer, Shard> shards, InstantSource clock) {
    this.consumer = consumer;
    this.shards = shards;
    this.clock = clock;
    this.removeExpiredAt = clock.instant().plus(REMOVE_EXPIRED_EVERY);
    this.loop = loops.loop("keys");
    this.recovery = new PollRecovery(loop, TOPIC, consumer, _ -> startOver());
  }

  /** Hears that there are other shards, and starts with the first ones. One thread calls this. */
  void shardsHaveChanged() {
    if (loop.isStarted()) {
      consumer.wakeup();
    } else {
      loop.start(this::run);
    }
  }

  /** What a key stands for by the word of a gateway of an earlier version. */
  Optional<ClaimTable.Claim> earlierClaim(Key key) {
    synchronized (earlier) {
      return earlier.get(key, clock.instant());
    }
  }

  private void run() {
    try (consumer) {
      while (!stopping) {
        recovery.run(this::turn);
      }
    }
  }

  private void turn() {
    Map<Integer, Shard> following = Map.copyOf(shards);
    follow(following);
    Duration wait = ends.isEmpty() ? POLL : POLL_TO_END;
    consumer.poll(wait).forEach(record -> read(record, following));
    loop.succeeded();
    if (!ends.isEmpty()) {
      ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
      tellRestored(following);
    }
    removeExpired();
  }

  private void tellRestored(Map<Integer, Shard> following) {
    following.forEach((number, shard) -> {
      if (!ends.containsKey(partition(number)) && !ends.containsKey(partition(EARLIER))) {
        shard.restored();
      }
    });
  }

  /** Reads the partitions of these shards: those that are new here from their beginning. */
  private void follow(Map<Integer, Shard> wanted) {
    Map<Integer, Shard> before = followed;
    if (wanted.equals(before)) {
      return;
    }
    Set<TopicPartition> partitions = new HashSet<>(Set.of(partition(EARLIER)));
    wanted.keySet().forEach(number -> partitions.add(partition(number)));
    Uuid log = consumer.log(TOPIC);
    consumer.assign(partitions);
    Set<TopicPartition> fresh = new HashSet<>(partitions);
    if (before != null && consumer.log(TOPIC).equals(log)) {
      fresh.removeIf(one -> isFollowed(before, wanted.get(one.partition()), one.partition()));
    }
    // If Kafka does not answer, all of this is done again.
    followed = null;
    ends.keySet().retainAll(partitions);
    ends.putAll(consumer.endOffsets(fresh));
    if (!fresh.isEmpty()) { // no partitions would mean all
      consumer.seekToBeginning(fresh);
    }
    followed = wanted;
  }

  /** Whether reading goes on in a partition: for the same shard, or for earlier claims alone. */
  private static boolean isFollowed(
      Map<Integer, Shard> before, @Nullable Shard wanted, int number) {
    return wanted == null ? number == EARLIER : before.get(number) == wanted;
  }

  private static TopicPartition partition(int number) {
    return new TopicPartition(TOPIC, number);
  }

  /** A shard that came meanwhile is not among these, since it must get all claims in order. */
  private void read(ConsumerRecord<String, byte[]> record, Map<Integer, Shard> following) {
    try {
      Optional<Shard> shard = Optional.ofNullable(following.get(record.partition()));
      switch (KeyClaimWire.decode(record)) {
        case Read.Claimed(KeyClaim claim) -> shard.ifPresent(of -> of.read(claim));
        case Read.Ended(String key, UUID call) ->
            shard.ifPresent(of -> of.readEnd(Key.of(key), call));
        case Read.ClaimedEarlier(KeyClaim claim) -> readEarlier(record.partition(), claim);
      }
    } catch (RuntimeException e) {
      recovery.skipped().add(record, e);
    }
  }

  /** In other partitions earlier gateways did not find their claims, and ran nothing. */
  private void readEarlier(int partition, KeyClaim claim) {
    if (partition == EARLIER) {
      synchronized (earlier) {
        earlier.add(Key.of(claim.key()), claim);
      }
    }
  }

  /** The log was made anew, or has lost records. What is known still holds. */
  private void startOver() {
    followed = null;
    shards.values().forEach(Shard::claimAgain);
  }

  private void removeExpired() {
    Instant now = clock.instant();
    if (now.isAfter(removeExpiredAt)) {
      removeExpiredAt = now.plus(REMOVE_EXPIRED_EVERY);
      shards.values().forEach(Shard::removeExpired);
      synchronized (earlier) {
        earlier.removeExpired(now);
      }
    }
  }

  @Override
  public void close() {
    stopping = true;
    if (!loop.isStarted()) {
      consumer.close();
      return;
    }
    consumer.wakeup();
    loop.end(CLOSE);
  }
}
