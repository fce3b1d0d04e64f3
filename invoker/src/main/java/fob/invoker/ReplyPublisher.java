package fob.invoker;

import fob.bus.Topics;
import fob.bus.Wire;
import fob.call.Failure;
import fob.call.Reply;
import fob.call.Response;
import fob.service.Threads;
import java.time.Duration;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes replies to the bus and keeps at it until each is there, or this publisher is closed.
 * Thread-safe.
 */
final class ReplyPublisher implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(ReplyPublisher.class);
  private static final Duration BACKOFF = Duration.ofMillis(500);
  private static final Duration CLOSE = Duration.ofSeconds(2);
  private static final int MOST_OF_A_NAME = 200;

  private final Producer<String, byte[]> producer;
  private volatile boolean closing;

  ReplyPublisher(Producer<String, byte[]> producer) {
    this.producer = producer;
  }

  /**
   * @param written runs once the reply is on disk, and never if it could not be written
   */
  void publish(String replyTo, Response response, Runnable written) {
    try {
      var _ =
          producer.send(
              Wire.encode(replyTo, response),
              (metadata, failure) -> {
                if (failure == null) {
                  written.run();
                } else {
                  Thread.ofVirtual().start(() -> again(replyTo, response, written, failure));
                }
              });
    } catch (RuntimeException e) {
      again(replyTo, response, written, e);
    }
  }

  private void again(String replyTo, Response response, Runnable written, Exception failure) {
    LOGGER
        .atWarn()
        .addKeyValue("request", response.id())
        .addKeyValue("topic", replyTo)
        .log("reply was not written, will try again: {}", failure.toString());
    if (!closing) {
      Threads.pause(BACKOFF);
      // A topic that the caller named may not exist; fob's own does.
      publish(
          Topics.RESPONSE.name(),
          failure instanceof RecordTooLargeException ? shrunk(response) : response,
          written);
    }
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

  @Override
  public void close() {
    closing = true;
    producer.close(CLOSE);
  }
}
