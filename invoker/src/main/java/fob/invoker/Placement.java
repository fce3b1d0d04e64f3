package fob.invoker;

import fob.bus.loop.Delivery;
import fob.bus.table.FunctionTable;
import fob.bus.wire.MovedCallWire;
import fob.bus.wire.PartChoice;
import fob.bus.wire.Parts;
import fob.bus.wire.Topics;
import fob.call.Call;
import fob.call.CallKey;
import fob.function.FunctionId;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Moves records of calls to a partition of their function, where the invokers are that may use its
 * instances. fob's own records are there. A Kafka client may have used the function's name as key,
 * another key or none, or another way to choose the partition. Thread-safe.
 */
final class Placement {

  private final FunctionTable functions;
  private final PartChoice choice;
  private final BusWriter writer;

  Placement(FunctionTable functions, PartChoice choice, BusWriter writer) {
    this.functions = functions;
    this.choice = choice;
    this.writer = writer;
  }

  /** Returns the same for records of another topic. */
  Placement with(PartChoice otherChoice) {
    return new Placement(functions, otherChoice, writer);
  }

  /**
   * Writes a record again if it is not in a partition of its function. The first record is done
   * once Kafka has the second one. May block.
   *
   * @return false if the record is where it belongs, was moved before, has an unknown name, or has
   *     an idempotency key and a function that this invoker has not read yet: then the caller is to
   *     handle it
   */
  boolean move(ConsumerRecord<String, byte[]> record, Call call, Delivery delivery) {
    Optional<FunctionId> id = functions.lookup().find(call.function(), lot(call));
    if (id.isEmpty()
        || MovedCallWire.isMovedTo(record, id.get())
        || call.payload().length > Topics.MAX_VALUE_BYTES) {
      return false;
    }
    Optional<String> key = Optional.ofNullable(call.headers().key()).map(CallKey::hash);
    if (isInPlace(record, id.get(), key)) {
      return false;
    }
    if (delivery.begin()) {
      writer.write(
          MovedCallWire.encode(record, id.get(), choice.partition(id.get(), record.topic(), key)),
          AsyncOutcomes::withoutForeignHeaders,
          delivery::done);
    } else {
      delivery.done();
    }
    return true;
  }

  /**
   * Returns what decides among the versions of a name. It is the same wherever the record of the
   * call is read: its idempotency key, so that the key is one version's, or its id.
   */
  static String lot(Call call) {
    CallKey key = call.headers().key();
    return key == null ? call.id().value() : key.hash();
  }

  /**
   * The gateway knew the function when it chose the partition by the key. Without the function, the
   * same key would be decided in another partition later, and make a second call.
   */
  private boolean isInPlace(
      ConsumerRecord<String, byte[]> record, FunctionId id, Optional<String> key) {
    Parts parts = choice.parts(id, record.topic());
    return key.map(hash -> !choice.isKnown(id) || record.partition() == parts.partitionOf(hash))
        .orElseGet(() -> parts.contains(record.partition()));
  }
}
