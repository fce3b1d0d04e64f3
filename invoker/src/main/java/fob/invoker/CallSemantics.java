package fob.invoker;

import fob.call.Call;
import fob.call.Response;
import fob.function.Limits;
import fob.metrics.FunctionCalls;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What differs between synchronous and asynchronous calls in a {@link CallRunner}: how a record is
 * decoded, how long a call may wait, and what happens to its response. Implementations are
 * thread-safe.
 *
 * @param <C> the decoded call
 */
interface CallSemantics<C> {

  CallKind kind();

  /** Decodes a record; headers that have no valid value count as absent. */
  C decode(ConsumerRecord<String, byte[]> record);

  /** Returns the part of a decoded call that both kinds have. */
  Call call(C decoded);

  /**
   * Returns since when the call waits; see {@link Priority}.
   *
   * @param received when this invoker read the record
   */
  Instant since(C decoded, Instant received);

  /**
   * Returns the time until which the call may start in an instance.
   *
   * @param limits the limits of the call's function
   * @param received when this invoker read the record
   */
  Instant latestStart(C decoded, Limits limits, Instant received);

  /**
   * Handles the response of one attempt. May block.
   *
   * @param record the record that {@code decoded} was decoded from
   * @param counts those of the call's function
   * @param done to be run once everything that follows from the response is in Kafka; not run if
   *     that cannot be written
   */
  void finish(
      ConsumerRecord<String, byte[]> record,
      C decoded,
      Response response,
      FunctionCalls counts,
      Runnable done);
}
