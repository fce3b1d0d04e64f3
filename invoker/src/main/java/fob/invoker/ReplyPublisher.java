package fob.invoker;

import fob.bus.Topics;
import fob.bus.Wire;
import fob.call.Failure;
import fob.call.Reply;
import fob.call.Response;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** Writes replies to the bus. Thread-safe. */
final class ReplyPublisher {

  private static final int MOST_OF_A_NAME = 200;

  private final BusWriter bus;

  ReplyPublisher(BusWriter bus) {
    this.bus = bus;
  }

  /**
   * @param written runs once the reply is on disk, and never if it could not be written
   */
  void publish(String replyTo, Response response, Runnable written) {
    bus.write(
        Wire.encode(replyTo, response),
        // A topic that the caller named may not exist; fob's own does.
        (refused, failure) ->
            Wire.encode(
                Topics.RESPONSE.name(),
                failure instanceof RecordTooLargeException ? shrunk(response) : response),
        written);
  }

  /** What the bus will never take must not be tried for ever. */
  private static Response shrunk(Response response) {
    String function = response.function();
    return new Response(
        response.id(),
        function.length() > MOST_OF_A_NAME ? function.substring(0, MOST_OF_A_NAME) : function,
        response.attempt(),
        response.timing(),
        Reply.failed(Failure.TOO_LARGE, "the reply is too large for the bus"));
  }
}
