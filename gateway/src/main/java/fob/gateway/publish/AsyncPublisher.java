package fob.gateway.publish;

import fob.bus.wire.AsyncCallWire;
import fob.bus.wire.ProgressWire;
import fob.call.Call;
import fob.call.Progress;
import fob.call.RequestId;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Accepts calls that nobody waits for: such a call, and the note that it was accepted, are in the
 * log before anybody is told so. Thread-safe.
 */
public final class AsyncPublisher {

  private final ConfirmedPublisher publisher;

  public AsyncPublisher(ConfirmedPublisher publisher) {
    this.publisher = publisher;
  }

  /**
   * Blocks until the call is accepted.
   *
   * @throws Problem if the bus did not confirm it
   */
  public void accept(Call call) {
    accept(AsyncCallWire.encode(call), call.id(), call.function());
  }

  /** Accepts a call that is a record already. */
  public void accept(ProducerRecord<String, byte[]> call, RequestId id, String function) {
    publisher.publish(List.of(call, accepted(id, function)));
  }

  /** Notes that a call may still run, for those who ask later. Does not wait. */
  public void note(RequestId id, String function) {
    publisher.send(accepted(id, function));
  }

  private static ProducerRecord<String, byte[]> accepted(RequestId id, String function) {
    return ProgressWire.encode(
        new Progress(id, function, Progress.State.ACCEPTED, 1, null, List.of()));
  }
}
