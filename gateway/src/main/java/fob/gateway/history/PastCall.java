package fob.gateway.history;

import fob.bus.wire.AsyncCallWire;
import fob.call.AsyncCall;
import fob.call.Call;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A call that was made.
 *
 * @param at when it was accepted
 * @param async whether it was an asynchronous call
 */
record PastCall(Call call, Instant at, boolean async) {

  static PastCall of(ConsumerRecord<String, byte[]> record, boolean async) {
    AsyncCall read = AsyncCallWire.decode(record);
    return new PastCall(read.call(), read.accepted(), async);
  }
}
