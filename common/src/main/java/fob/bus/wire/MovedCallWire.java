package fob.bus.wire;

import fob.call.AsyncCall;
import fob.function.FunctionId;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Records of calls that an invoker has written again to the partition of their function. Such a
 * record has the function's id as key, all headers of the first record, and its request id,
 * function and time. This is a public contract like {@link CallWire}.
 */
public final class MovedCallWire {

  /** The id of the function to whose partition the record was moved. Absent: it was not. */
  public static final String MOVED = "fob-moved";

  private MovedCallWire() {}

  /** Whether the record was moved to this function's partition. */
  public static boolean isMovedTo(ConsumerRecord<String, byte[]> record, FunctionId id) {
    return TextHeaders.read(record.headers(), MOVED).filter(id.toString()::equals).isPresent();
  }

  /** The record that takes the place of another one in a partition of the same topic. */
  public static ProducerRecord<String, byte[]> encode(
      ConsumerRecord<String, byte[]> record, FunctionId id, int partition) {
    AsyncCall call = AsyncCallWire.decode(record);
    Headers headers = new RecordHeaders(record.headers());
    TextHeaders.replace(headers, CallWire.REQUEST_ID, call.call().id().value());
    TextHeaders.replace(headers, CallWire.FUNCTION, call.call().function());
    TextHeaders.replace(
        headers, AsyncCallWire.ACCEPTED, Long.toString(call.accepted().toEpochMilli()));
    TextHeaders.replace(headers, MOVED, id.toString());
    return new ProducerRecord<>(record.topic(), partition, id.toString(), record.value(), headers);
  }
}
