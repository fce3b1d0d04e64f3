package fob.invoker;

import fob.bus.wire.AsyncCallWire;
import fob.bus.wire.DeadLetterWire;
import fob.bus.wire.ProgressWire;
import fob.bus.wire.Topics;
import fob.call.AsyncCall;
import fob.call.Progress;
import fob.call.Reply;
import fob.call.Response;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * Writes what becomes of an asynchronous call. Whatever is written, the call's record is done only
 * when all of it is on disk. Thread-safe.
 */
final class AsyncOutcomes {

  private static final int MOST_MOVES_PER_SECOND = 2_000;
  private static final byte[] NO_PAYLOAD = {};

  private final BusWriter bus;
  private final ReplyPublisher replies;

  /** Writes in batches: what goes to a delay tier has time, and may be many. */
  private final BusWriter bulk;

  /** A flood is moved no faster than this, so that moving it leaves time for running it. */
  private final Pace pace = new Pace(MOST_MOVES_PER_SECOND);

  AsyncOutcomes(BusWriter bus, BusWriter bulk, ReplyPublisher replies) {
    this.bus = bus;
    this.bulk = bulk;
    this.replies = replies;
  }

  /** The call is over. One that failed becomes a dead letter before anybody hears of it. */
  void over(
      ConsumerRecord<String, byte[]> record, AsyncCall call, Response response, Runnable done) {
    switch (response.reply()) {
      case Reply.Answered _ -> reply(call, response, done);
      case Reply.Failed why ->
          bus.write(
              DeadLetterWire.encode(record, call, why),
              AsyncOutcomes::smaller,
              then(() -> reply(call, response, done)));
    }
  }

  /** On {@code fob.response}, where everybody looks, and where the caller wants it besides. */
  private void reply(AsyncCall call, Response response, Runnable done) {
    String own = Topics.RESPONSE.name();
    String replyTo = call.call().headers().replyTo();
    replies.publish(
        own, response, replyTo == null ? done : then(() -> replies.copy(replyTo, response, done)));
  }

  /**
   * What writes on must not do so on the producer's own thread: for a topic that is new to it that
   * would wait for word that only this thread could bring.
   */
  private static Runnable then(Runnable next) {
    return () -> Thread.ofVirtual().start(next);
  }

  /** Another attempt. */
  void again(ConsumerRecord<String, byte[]> record, AsyncCall call, Instant next, Runnable done) {
    move(
        record,
        call,
        next,
        then(() -> {
          noteRetry(call, next);
          done.run();
        }));
  }

  /** It could not begin yet. */
  void later(ConsumerRecord<String, byte[]> record, AsyncCall call, Instant next, Runnable done) {
    pace.await();
    move(record, call, next, done);
  }

  private void move(
      ConsumerRecord<String, byte[]> record, AsyncCall call, Instant next, Runnable done) {
    bulk.write(
        AsyncCallWire.again(Tiers.next(Instant.now(), next), record, call, next),
        AsyncOutcomes::withoutHeaders,
        done);
  }

  private void noteRetry(AsyncCall call, Instant next) {
    bus.write(
        ProgressWire.encode(
            new Progress(
                call.call().id(),
                call.call().function(),
                Progress.State.RETRYING,
                call.call().headers().attempt(),
                next,
                call.history())),
        // A help for those who ask; the call goes on without it.
        (_, _) -> null,
        () -> {});
  }

  /** The producer's own headers leave no room for fob's: the call matters more than they do. */
  private static ProducerRecord<String, byte[]> withoutHeaders(
      ProducerRecord<String, byte[]> refused, Exception failure) {
    return failure instanceof RecordTooLargeException
        ? AsyncCallWire.withoutForeignHeaders(refused)
        : refused;
  }

  /** A letter without its payload says more than none. */
  private static ProducerRecord<String, byte[]> smaller(
      ProducerRecord<String, byte[]> refused, Exception failure) {
    ProducerRecord<String, byte[]> ours = withoutHeaders(refused, failure);
    boolean helps = ours.headers().toArray().length < refused.headers().toArray().length;
    return failure instanceof RecordTooLargeException && !helps
        ? new ProducerRecord<>(ours.topic(), null, ours.key(), NO_PAYLOAD, ours.headers())
        : ours;
  }
}
