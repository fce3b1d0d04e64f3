package fob.gateway.publish;

import fob.bus.wire.AsyncCallWire;
import fob.bus.wire.PartChoice;
import fob.bus.wire.ProgressWire;
import fob.call.Call;
import fob.call.Progress;
import fob.call.RequestId;
import fob.call.RequestIds;
import fob.gateway.http.Problem;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Publishes asynchronous calls. The call and its first progress record are in Kafka before the
 * client gets a reply. Thread-safe.
 */
public final class AsyncPublisher {

  /**
   * How soon after its id was made an accepted call has a record on {@code fob.progress}. So an id
   * without a record near its time was not accepted.
   */
  public static final Duration ACCEPTED_WITHIN = Duration.ofSeconds(40);

  private final ConfirmedPublisher publisher;
  private final PartChoice parts;
  private final InstantSource clock;

  public AsyncPublisher(ConfirmedPublisher publisher, PartChoice parts, InstantSource clock) {
    this.publisher = publisher;
    this.parts = parts;
    this.clock = clock;
  }

  /**
   * Blocks until the call is accepted.
   *
   * @throws Problem 503 if Kafka did not confirm the records within 10 s, or if this process stood
   *     still meanwhile for so long that the result could not be found by the id
   */
  public void accept(Call call) {
    accept(AsyncCallWire.encode(call), call.id(), call.function());
  }

  /** Does the same for a call that is already a record. */
  public void accept(ProducerRecord<String, byte[]> call, RequestId id, String function) {
    write(call, id, function);
    if (!isInTime(id)) {
      throw Problem.busUnavailable(
          "the call was written more than %d s after its id was made, too late to find its result"
                  .formatted(ACCEPTED_WITHIN.toSeconds())
              + " by the id; it may run");
    }
  }

  /**
   * Writes a call and its first progress record, however old its id is. Blocks until they are
   * replicated.
   *
   * @throws Problem 503 if Kafka did not confirm the records within 10 s
   */
  public void write(Call call) {
    write(AsyncCallWire.encode(call), call.id(), call.function());
  }

  private void write(ProducerRecord<String, byte[]> call, RequestId id, String function) {
    publisher.publish(List.of(parts.place(call), accepted(id, function)));
  }

  /** Whether what was written up to now is near enough to the time in the id. */
  public boolean isInTime(RequestId id) {
    return RequestIds.time(id)
        .map(made -> made.plus(ACCEPTED_WITHIN).isAfter(clock.instant()))
        .orElse(true);
  }

  /** Writes that a call may still run, so that its result can be asked for. Does not block. */
  public void note(RequestId id, String function) {
    publisher.send(accepted(id, function));
  }

  private static ProducerRecord<String, byte[]> accepted(RequestId id, String function) {
    return ProgressWire.encode(Progress.accepted(id, function));
  }
}
