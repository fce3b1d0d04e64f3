package fob.invoker.dead;

import fob.bus.loop.Delivery;
import fob.bus.wire.DeadLetterWire;
import fob.bus.wire.LetterAnswerWire;
import fob.bus.wire.LetterQuestionWire;
import fob.bus.wire.ProgressWire;
import fob.bus.wire.Topics;
import fob.call.LetterAnswer;
import fob.call.LetterPlace;
import fob.call.LetterQuestion;
import fob.call.Progress;
import fob.call.RequestId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers gateways that ask about the dead letters of this invoker's partitions. Each question is
 * handled on a virtual thread of its own, and waits for no function. Letters of a partition are
 * changed one after the other. Thread-safe.
 */
public final class LetterQuestions {

  private static final Logger LOGGER = LoggerFactory.getLogger(LetterQuestions.class);

  /** How long an answer may take to the gateway. */
  private static final Duration ON_THE_WAY = Duration.ofMillis(500);

  private final DeadLetters letters;
  private final Writer writer;
  private final InstantSource clock;

  /** Held while a letter of the partition is changed. */
  private final Map<Integer, ReentrantLock> changing = new ConcurrentHashMap<>();

  /** Writes records to Kafka. */
  @FunctionalInterface
  public interface Writer {
    /**
     * Tries again until Kafka has acknowledged the record. May block.
     *
     * @param written run then; never run if this process ends before
     */
    void write(ProducerRecord<String, byte[]> record, Runnable written);
  }

  public LetterQuestions(DeadLetters letters, Writer writer, InstantSource clock) {
    this.letters = letters;
    this.writer = writer;
    this.clock = clock;
  }

  /** Starts to answer a question, and returns at once. */
  public void handle(ConsumerRecord<String, byte[]> record, Delivery delivery) {
    Thread.ofVirtual()
        .start(() -> {
          try {
            run(record, delivery);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /**
   * If nobody waits any more, or another invoker owns the partition, there is no answer. The record
   * is done in the end also if fob fails, since otherwise its offset would not be committed.
   */
  private void run(ConsumerRecord<String, byte[]> record, Delivery delivery)
      throws InterruptedException {
    Optional<LetterAnswer> answer = Optional.empty();
    try {
      Instant until = LetterQuestionWire.deadline(record).minus(ON_THE_WAY);
      if (clock.instant().isBefore(until)) {
        answer =
            answer(
                LetterQuestionWire.decode(record), new Asked(record.partition(), until), delivery);
      }
    } catch (IllegalArgumentException unknown) {
      LOGGER.atWarn().log("a question cannot be answered: {}", unknown.getMessage());
      answer = Optional.of(new LetterAnswer.NotUnderstood());
    } catch (KafkaException away) {
      LOGGER.atWarn().log("dead letters cannot be read: {}", away.toString());
      answer = Optional.of(new LetterAnswer.NotNow());
    } catch (RuntimeException | Error bug) {
      LOGGER.atError().setCause(bug).log("fob failed to answer a question");
    }
    answer.ifPresentOrElse(
        one ->
            writer.write(
                LetterAnswerWire.encode(LetterQuestionWire.id(record), one), delivery::done),
        delivery::done);
  }

  /** A question's partition, and until when it can be answered. */
  private record Asked(int partition, Instant until) {}

  private Optional<LetterAnswer> answer(LetterQuestion question, Asked asked, Delivery delivery)
      throws InterruptedException {
    return switch (question) {
      case LetterQuestion.Listing listing ->
          from(
              asked,
              index -> Optional.of(index.list(listing, clock.instant().minus(Topics.DEAD_KEPT))));
      case LetterQuestion.Find(RequestId id) ->
          from(asked, index -> Optional.of(found(index.find(id))));
      case LetterQuestion.Delete(RequestId id) ->
          change(id, asked, delivery, letter -> List.of(deletion(letter)));
      case LetterQuestion.Redrive(RequestId id, RequestId as) ->
          change(id, asked, delivery, letter -> redriven(letter, as));
    };
  }

  private static LetterAnswer found(Optional<LetterPlace> place) {
    return place.isPresent() ? new LetterAnswer.Found(place.get()) : new LetterAnswer.Unknown();
  }

  private Optional<LetterAnswer> from(
      Asked asked, Function<LetterIndex, Optional<LetterAnswer>> answer)
      throws InterruptedException {
    return switch (letters.of(asked.partition(), asked.until())) {
      case DeadLetters.Known.Letters(LetterIndex index) -> answer.apply(index);
      case DeadLetters.Known.NotYet _ -> Optional.of(new LetterAnswer.NotNow());
      case DeadLetters.Known.NotOwned _ -> Optional.empty();
    };
  }

  /**
   * Writes the records that change a letter, one after the other. The letters are read inside the
   * lock, so what was written before is known.
   */
  private Optional<LetterAnswer> change(
      RequestId id,
      Asked asked,
      Delivery delivery,
      Function<ConsumerRecord<String, byte[]>, List<ProducerRecord<String, byte[]>>> change)
      throws InterruptedException {
    ReentrantLock lock = changing.computeIfAbsent(asked.partition(), _ -> new ReentrantLock());
    long wait = Duration.between(clock.instant(), asked.until()).toMillis();
    if (!lock.tryLock(wait, TimeUnit.MILLISECONDS)) {
      return Optional.of(new LetterAnswer.NotNow());
    }
    try {
      return from(
          asked,
          index -> {
            Optional<ConsumerRecord<String, byte[]>> letter =
                index.find(id).flatMap(letters::record).filter(one -> one.key().equals(id.value()));
            if (letter.isEmpty()) {
              return Optional.of(new LetterAnswer.Unknown());
            }
            List<ProducerRecord<String, byte[]>> records = change.apply(letter.get());
            if (!delivery.begin()) {
              return Optional.empty();
            }
            records.forEach(this::write);
            return Optional.of(new LetterAnswer.Done());
          });
    } finally {
      lock.unlock();
    }
  }

  /** The new call comes first: if this process ends in between, nothing is lost. */
  private static List<ProducerRecord<String, byte[]>> redriven(
      ConsumerRecord<String, byte[]> letter, RequestId as) {
    return List.of(
        DeadLetterWire.redriven(letter, as),
        ProgressWire.encode(Progress.accepted(as, DeadLetterWire.function(letter))),
        deletion(letter));
  }

  private static ProducerRecord<String, byte[]> deletion(ConsumerRecord<String, byte[]> letter) {
    return DeadLetterWire.delete(letter.partition(), new RequestId(letter.key()));
  }

  /** Blocks until Kafka has the record. */
  private void write(ProducerRecord<String, byte[]> record) {
    CompletableFuture<Void> written = new CompletableFuture<>();
    writer.write(record, () -> written.complete(null));
    written.join();
  }
}
