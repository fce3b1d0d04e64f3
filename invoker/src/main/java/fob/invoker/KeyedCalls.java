package fob.invoker;

import fob.bus.loop.Delivery;
import fob.bus.wire.KeyAnswerWire;
import fob.bus.wire.KeyClaimWire;
import fob.bus.wire.ProgressWire;
import fob.call.Call;
import fob.call.CallKey;
import fob.call.KeyAnswer;
import fob.call.Progress;
import fob.call.Reply;
import fob.call.RequestIds;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Lets a call with an idempotency key begin only if it is the first one with its key, and answers
 * the gateway that waits. Thread-safe.
 */
final class KeyedCalls {

  /** Decides which call is the first one with its key; see {@link fob.invoker.key.Keys#decide}. */
  @FunctionalInterface
  interface Owner {
    Optional<KeyAnswer> decide(int partition, Call call, CallKey key) throws InterruptedException;
  }

  /** Writes the reply to a synchronous call that is refused, and then runs what follows. */
  @FunctionalInterface
  interface Refusal {
    void reply(Reply.Failed why, Runnable then);
  }

  private final Owner owner;
  private final BusWriter writer;

  KeyedCalls(Owner owner, BusWriter writer) {
    this.owner = owner;
    this.writer = writer;
  }

  /**
   * Returns whether the call may begin. If not, its record is done once the answer is in Kafka, or
   * at once if its partition has moved. Blocks until that is decided.
   *
   * @param refusal used if the call is synchronous and refused
   */
  boolean mayBegin(
      ConsumerRecord<String, byte[]> record,
      Call call,
      CallKind kind,
      Delivery delivery,
      Refusal refusal)
      throws InterruptedException {
    CallKey key = call.headers().key();
    if (key == null) {
      return true;
    }
    Optional<KeyAnswer> answer = owner.decide(record.partition(), call, key);
    if (answer.isEmpty()) {
      delivery.done();
      return false;
    }
    switch (answer.get()) {
      case KeyAnswer.First first -> {
        if (kind == CallKind.ASYNC) {
          accept(call, key, first);
        }
        return true;
      }
      case KeyAnswer.Repeat repeat -> tell(key, repeat, delivery);
      case KeyAnswer.Refused refused -> {
        if (!delivery.begin()) {
          delivery.done();
        } else if (kind == CallKind.ASYNC) {
          tell(key, refused, delivery);
        } else {
          // The caller may have left, and ask for the result later. And an invoker that was
          // replaced may still claim the key: who repeats it then hears why nothing was run.
          refusal.reply(refused.why(), () -> onOwnThread(() -> tell(key, refused, delivery)));
        }
      }
    }
    return false;
  }

  private void tell(CallKey key, KeyAnswer answer, Delivery delivery) {
    write(KeyAnswerWire.encode(key.answer(), answer), delivery::done);
  }

  /**
   * Ends a call whose reply or next attempt is in Kafka. With a key, its record is done once this
   * is noted in the log of the keys: so the call does not run again if this invoker dies before it
   * commits. Does not block.
   */
  void end(ConsumerRecord<String, byte[]> record, Call call, Delivery delivery) {
    CallKey key = call.headers().key();
    if (key == null) {
      delivery.done();
    } else {
      UUID id = RequestIds.uuid(call.id()).orElseThrow();
      onOwnThread(() ->
          write(KeyClaimWire.encodeEnded(record.partition(), key.hash(), id), delivery::done));
    }
  }

  /** Whoever hears that a call was accepted can ask for its result: so its progress comes first. */
  private void accept(Call call, CallKey key, KeyAnswer.First first) {
    write(
        ProgressWire.encode(Progress.accepted(call.id(), call.function())),
        () -> onOwnThread(() -> write(KeyAnswerWire.encode(key.answer(), first), () -> {})));
  }

  /** A write may block, which the producer's thread must not. */
  private static void onOwnThread(Runnable write) {
    Thread.ofVirtual().start(write);
  }

  private void write(ProducerRecord<String, byte[]> record, Runnable written) {
    writer.write(record, (refused, _) -> refused, written);
  }
}
