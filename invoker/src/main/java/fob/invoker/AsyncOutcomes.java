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
 * Writes to Kafka what follows from an attempt at an asynchronous call. The parameter {@code done}
 * of each method marks the call's record as done; it runs once everything is written. Thread-safe.
 */
final class AsyncOutcomes {

  private static final int MOST_POSTPONED_PER_SECOND = 2_000;
  private static final byte[] NO_PAYLOAD = {};

  private final BusWriter bus;
  private final ReplyPublisher replies;

  /** Writes in batches: what goes to a delay tier has time, and there may be much of it. */
  private final BusWriter bulk;

  /** Keeps the moving of many waiting calls from taking the processor time of running calls. */
  private final RateLimit postponements = new RateLimit(MOST_POSTPONED_PER_SECOND);

  AsyncOutcomes(BusWriter bus, BusWriter bulk, ReplyPublisher replies) {
    this.bus = bus;
    this.bulk = bulk;
    this.replies = replies;
  }

  /** Ends a call: publishes the reply, and writes a dead letter before it if the call failed. */
  void end(
      ConsumerRecord<String, byte[]> record, AsyncCall call, Response response, Runnable done) {
    switch (response.reply()) {
      case Reply.Answered _ -> reply(call, response, done);
      case Reply.Failed why ->
          bus.write(
              DeadLetterWire.encode(record, call, why),
              AsyncOutcomes::smallerDeadLetter,
              onOwnThread(() -> reply(call, response, done)));
    }
  }

  /** Writes the reply to {@code fob.response}, and then to the topic in fob-reply-to if set. */
  private void reply(AsyncCall call, Response response, Runnable done) {
    String replyTo = call.call().headers().replyTo();
    replies.publish(
        Topics.RESPONSE.name(),
        response,
        replyTo == null ? done : onOwnThread(() -> replies.copy(replyTo, response, done)));
  }

  /**
   * Keeps a further write off the producer's I/O thread. A write to a topic that the producer does
   * not know yet waits for the topic's metadata, which only the I/O thread can receive.
   */
  private static Runnable onOwnThread(Runnable next) {
    return () -> Thread.ofVirtual().start(next);
  }

  /** Moves a call to a delay tier for its next attempt, and writes its progress. */
  void retry(ConsumerRecord<String, byte[]> record, AsyncCall call, Instant next, Runnable done) {
    move(
        record,
        call,
        Instant.now(),
        next,
        onOwnThread(() -> {
          writeProgress(call, next);
          done.run();
        }));
  }

  /**
   * Moves a call that could not start to a delay tier. Waits if more than 2,000 calls a second are
   * postponed. The delay counts from the end of this wait.
   */
  void postpone(
      ConsumerRecord<String, byte[]> record,
      AsyncCall call,
      RetryRules.Decision.Postpone postponed,
      Runnable done) {
    postponements.acquire();
    Instant now = Instant.now();
    move(record, call, now, postponed.next(now), done);
  }

  private void move(
      ConsumerRecord<String, byte[]> record,
      AsyncCall call,
      Instant now,
      Instant next,
      Runnable done) {
    bulk.write(
        AsyncCallWire.again(DelayTiers.next(now, next), record, call, next),
        AsyncOutcomes::withoutForeignHeaders,
        done);
  }

  private void writeProgress(AsyncCall call, Instant next) {
    bus.write(
        ProgressWire.encode(
            new Progress(
                call.call().id(),
                call.call().function(),
                Progress.State.RETRYING,
                call.call().headers().attempt(),
                next,
                call.history())),
        // The progress is only for clients that ask for it; the call does not need it.
        (_, _) -> null,
        () -> {});
  }

  /** Drops the headers of the call's producer if the record would be too large with them. */
  static ProducerRecord<String, byte[]> withoutForeignHeaders(
      ProducerRecord<String, byte[]> refused, Exception failure) {
    return failure instanceof RecordTooLargeException
        ? AsyncCallWire.withoutForeignHeaders(refused)
        : refused;
  }

  /** Drops the foreign headers of a dead letter that is too large, and then its payload. */
  private static ProducerRecord<String, byte[]> smallerDeadLetter(
      ProducerRecord<String, byte[]> refused, Exception failure) {
    ProducerRecord<String, byte[]> letter = withoutForeignHeaders(refused, failure);
    boolean isSmaller = letter.headers().toArray().length < refused.headers().toArray().length;
    return failure instanceof RecordTooLargeException && !isSmaller
        ? new ProducerRecord<>(
            letter.topic(), letter.partition(), letter.key(), NO_PAYLOAD, letter.headers())
        : letter;
  }
}
