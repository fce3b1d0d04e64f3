package fob.invoker.key;

import fob.call.Failure;
import fob.call.KeyAnswer;
import fob.call.KeyClaim;
import fob.call.Reply;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The idempotency keys of one partition. A key that stands for no call is claimed in the log. The
 * question is answered when the claim has been read back, since the first claim in the log counts,
 * whoever wrote it. Until all earlier claims have been read, questions wait. Thread-safe; no method
 * blocks.
 */
final class Shard {

  /** Removing the keys that have expired takes long if there are many. */
  private static final Duration REMOVE_EXPIRED_EVERY = Duration.ofSeconds(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final ClaimTable claims = new ClaimTable();

  /** Those whose claims are on their way, by their keys. */
  private final Map<Key, List<Question>> claiming = new HashMap<>();

  /** Those that came before all earlier claims were read. */
  private final List<Question> early = new ArrayList<>();

  private final int most;
  private final Function<Key, Optional<ClaimTable.Claim>> elsewhere;
  private final Consumer<Question> claim;
  private final InstantSource clock;
  private Instant removeExpiredAt = Instant.MIN;
  private boolean isRestored;
  private boolean isClosed;

  /**
   * @param most how many keys there may be; further ones are refused
   * @param elsewhere finds the claims that are in no shard
   * @param claim writes a claim to the log, and must not block
   */
  Shard(
      int most,
      Function<Key, Optional<ClaimTable.Claim>> elsewhere,
      Consumer<Question> claim,
      InstantSource clock) {
    this.most = most;
    this.elsewhere = elsewhere;
    this.claim = claim;
    this.clock = clock;
  }

  /** Answers the question, now or later. */
  void ask(Question question) {
    locked(() -> {
      if (isClosed) {
        question.partitionHasMoved();
      } else if (isRestored) {
        decide(question);
      } else {
        early.add(question);
      }
    });
  }

  private void decide(Question question) {
    Instant now = clock.instant();
    Optional<ClaimTable.Claim> known =
        claims.get(question.key(), now).or(() -> elsewhere.apply(question.key()));
    List<Question> same = claiming.get(question.key());
    if (known.isPresent()) {
      question.answer(known.get());
    } else if (same != null) {
      same.add(question);
    } else if (question.isLate(now)) {
      question.answer(
          refused(
              Failure.EXPIRED,
              "the invoker read the call from Kafka after the deadline, so nothing was run; try"
                  + " again, with a new idempotency key if the same one gets this answer again"));
    } else if (isFull(now)) {
      question.answer(
          refused(
              Failure.OVERLOADED,
              "there are %d idempotency keys of the last 24h in this function's partition (FOB_MAX_KEYS), so no new one is taken and nothing was run; try again later, or call without a key"
                  .formatted(most)));
    } else {
      claiming.put(question.key(), new ArrayList<>(List.of(question)));
      claim.accept(question);
    }
  }

  private boolean isFull(Instant now) {
    if (claims.size() + claiming.size() >= most && !now.isBefore(removeExpiredAt)) {
      claims.removeExpired(now);
      removeExpiredAt = now.plus(REMOVE_EXPIRED_EVERY);
    }
    return claims.size() + claiming.size() >= most;
  }

  private static KeyAnswer refused(Failure failure, String why) {
    return new KeyAnswer.Refused(new Reply.Failed(failure, why, null));
  }

  /** Reads a claim, in the order of the log, and answers those who wait for it. */
  void read(KeyClaim read) {
    locked(() -> {
      Key key = Key.of(read.key());
      ClaimTable.Claim counts = claims.add(key, read);
      List<Question> waiting = claiming.remove(key);
      if (waiting != null) {
        waiting.forEach(question -> question.answer(counts));
      }
    });
  }

  /** Reads that a call has ended, in the order of the log. */
  void readEnd(Key key, UUID call) {
    locked(() -> claims.end(key, call));
  }

  /**
   * Hears that all claims have been read that were in the log before this shard was owned. To hear
   * it again has no effect.
   */
  void restored() {
    locked(() -> {
      if (!isRestored) {
        claims.removeExpired(clock.instant());
      }
      isRestored = true;
      early.forEach(this::decide);
      early.clear();
    });
  }

  /** Writes the claims again that have not been read back, since the log may have lost them. */
  void claimAgain() {
    locked(() -> claiming.values().forEach(same -> claim.accept(same.getFirst())));
  }

  void removeExpired() {
    locked(() -> claims.removeExpired(clock.instant()));
  }

  /** Ends, since another invoker owns the partition: those who wait hear that. */
  void close() {
    locked(() -> {
      isClosed = true;
      early.forEach(Question::partitionHasMoved);
      claiming.values().forEach(same -> same.forEach(Question::partitionHasMoved));
      early.clear();
      claiming.clear();
    });
  }

  private void locked(Runnable action) {
    lock.lock();
    try {
      action.run();
    } finally {
      lock.unlock();
    }
  }
}
