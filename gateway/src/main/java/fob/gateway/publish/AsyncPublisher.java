package fob.gateway.publish;

import fob.bus.wire.AsyncCallWire;
import fob.bus.wire.ProgressWire;
import fob.call.Call;
import fob.call.Progress;
import fob.call.RequestId;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Publishes asynchronous calls. The call and its first progress record are in Kafka before the
 * client gets a reply. Thread-safe.
 */
public final class AsyncPublisher {

  private final ConfirmedPublisher publisher;

  public AsyncPublisher(ConfirmedPublisher publisher) {
    this.publisher = publisher;
  }

  /**
   * Blocks until the call is accepted.
   *
   * @throws Problem 503 if Kafka did not confirm the records within 10 s
   */
  public void accept(Call call) {
    accept(AsyncCallWire.encode(call), call.id(), call.function());
  }

  /** Publishes a call that is already a record. Blocks until it is replicated. */
  public void accept(ProducerRecord<String, byte[]> call, RequestId id, String function) {
    publisher.publish(List.of(call, accepted(id, function)));
  }

  /** Writes that a call may still run, so that its result can be asked for. Does not block. */
  public void note(RequestId id, String function) {
    publisher.send(accepted(id, function));
  }

  private static ProducerRecord<String, byte[]> accepted(RequestId id, String function) {
    return ProgressWire.encode(
        new Progress(id, function, Progress.State.ACCEPTED, 1, null, List.of()));
  }
}
