package fob.invoker;

import fob.bus.loop.Delivery;
import fob.bus.table.FunctionTable;
import fob.bus.wire.MovedCallWire;
import fob.bus.wire.Topic;
import fob.bus.wire.Topics;
import fob.call.Call;
import fob.function.FunctionId;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Moves records of calls to the partition of their function's id, where one invoker sees all calls
 * of the function. fob's own records are there. A Kafka client may have used the function's name as
 * key, another key or none, or another way to choose the partition. Thread-safe.
 */
final class Placement {

  private final FunctionTable functions;
  private final Map<String, Integer> partitions;
  private final BusWriter writer;

  /**
   * @param partitions how many each topic of calls has
   */
  Placement(FunctionTable functions, Map<String, Integer> partitions, BusWriter writer) {
    this.functions = functions;
    this.partitions = Map.copyOf(partitions);
    this.writer = writer;
  }

  /**
   * Writes a record again if it is not in the partition of its function. The first record is done
   * once Kafka has the second one. May block.
   *
   * @return false if the record is where it belongs, was moved before, or names no function that is
   *     known: then the caller is to handle it
   */
  boolean move(ConsumerRecord<String, byte[]> record, Call call, Delivery delivery) {
    Optional<FunctionId> id = functions.resolve(call.function());
    if (id.isEmpty()
        || MovedCallWire.isMovedTo(record, id.get())
        || call.payload().length > Topics.MAX_VALUE_BYTES) {
      return false;
    }
    int count = Objects.requireNonNull(partitions.get(record.topic()), record.topic());
    int partition = Topic.partition(id.get().toString(), count);
    if (partition == record.partition()) {
      return false;
    }
    if (delivery.begin()) {
      writer.write(
          MovedCallWire.encode(record, id.get(), partition),
          AsyncOutcomes::withoutForeignHeaders,
          delivery::done);
    } else {
      delivery.done();
    }
    return true;
  }
}
