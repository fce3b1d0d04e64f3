package fob.invoker;

import fob.bus.Bus;
import fob.bus.loop.Ownership;
import fob.bus.loop.RecordHandler;
import fob.bus.wire.LetterQuestionWire;
import fob.bus.wire.PartChoice;
import fob.call.Call;
import fob.call.CallKey;
import fob.call.KeyAnswer;
import fob.call.RequestId;
import fob.invoker.dead.DeadLetters;
import fob.invoker.dead.LetterQuestions;
import fob.invoker.key.Keys;
import fob.service.Service;
import io.micrometer.core.instrument.Counter;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * What this invoker keeps of the partitions that it owns, besides their calls: idempotency keys and
 * dead letters. Thread-safe.
 */
final class OwnedShards implements Ownership, AutoCloseable {

  private final Service parts = new Service();
  private final Keys keys;
  private final DeadLetters dead;
  private final LetterQuestions questions;
  private final Counter replays;

  /**
   * @param mostKeys how many keys a partition may have
   * @param choice chooses where calls go that are redriven
   */
  OwnedShards(Bus bus, int mostKeys, PartChoice choice, BusWriter writer, InstantSource clock) {
    this.replays =
        Counter.builder("fob.idempotent.replays")
            .description("Requests that got the reply to an earlier call with their key.")
            .register(bus.metrics().registry());
    this.keys =
        parts.add(
            new Keys(
                bus.loops(),
                bus.shardReader(),
                mostKeys,
                claim -> writer.write(claim, (refused, _) -> refused, () -> {}),
                clock));
    this.dead =
        parts.add(new DeadLetters(bus.loops(), bus.shardReader(), bus.searcher(), bus.ends()::of));
    this.questions =
        new LetterQuestions(
            dead,
            (record, written) ->
                writer.write(choice.place(record), AsyncOutcomes::withoutForeignHeaders, written),
            clock);
  }

  void start() {
    dead.start();
  }

  /** See {@link Keys#decide}. */
  Optional<KeyAnswer> decide(int partition, Call call, CallKey key) throws InterruptedException {
    Optional<KeyAnswer> answer = keys.decide(partition, call, key);
    if (answer.orElse(null) instanceof KeyAnswer.Repeat(RequestId first, boolean isSame)
        && isSame
        && !first.equals(call.id())) {
      replays.increment();
    }
    return answer;
  }

  /** Answers the questions among the records of {@code fob.call}, and leaves it the others. */
  RecordHandler answering(RecordHandler calls) {
    return (record, delivery) -> {
      if (LetterQuestionWire.isQuestion(record)) {
        questions.handle(record, delivery);
      } else {
        calls.handle(record, delivery);
      }
    };
  }

  @Override
  public void gained(Collection<TopicPartition> partitions) {
    keys.gained(partitions);
    dead.gained(partitions);
  }

  @Override
  public void gone(Collection<TopicPartition> partitions) {
    keys.gone(partitions);
    dead.gone(partitions);
  }

  @Override
  public void close() {
    parts.close();
  }
}
