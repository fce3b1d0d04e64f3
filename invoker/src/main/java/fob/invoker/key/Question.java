package fob.invoker.key;

import fob.bus.wire.KeyClaimWire;
import fob.call.Call;
import fob.call.CallKey;
import fob.call.KeyAnswer;
import fob.call.KeyClaim;
import fob.call.RequestId;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Asks whether a call is the first one with its idempotency key. Thread-safe.
 *
 * @param call the call's request id
 * @param payload see {@link KeyClaim#checksum}
 * @param deadline until when the caller waits; null if no caller waits
 * @param answer gets the answer; empty if another invoker owns the partition now
 */
record Question(
    CallKey of,
    Key key,
    UUID call,
    long payload,
    @Nullable Instant deadline,
    CompletableFuture<Optional<KeyAnswer>> answer) {

  static Question of(Call call, UUID id, CallKey key) {
    return new Question(
        key,
        Key.of(key.hash()),
        id,
        KeyClaim.checksum(call.payload()),
        call.headers().deadline(),
        new CompletableFuture<>());
  }

  /** The record that claims the key for the call. */
  ProducerRecord<String, byte[]> claim(int partition) {
    return KeyClaimWire.encode(partition, of.hash(), call, payload);
  }

  boolean isLate(Instant now) {
    return deadline != null && !now.isBefore(deadline);
  }

  /**
   * Answers by the claim that counts. A call that has ended, and was read again, repeats itself.
   */
  void answer(ClaimTable.Claim counts) {
    answer(
        counts.call().equals(call) && !counts.hasEnded()
            ? new KeyAnswer.First()
            : new KeyAnswer.Repeat(
                new RequestId(counts.call().toString()), counts.payload() == payload));
  }

  void answer(KeyAnswer with) {
    answer.complete(Optional.of(with));
  }

  void partitionHasMoved() {
    answer.complete(Optional.empty());
  }
}
