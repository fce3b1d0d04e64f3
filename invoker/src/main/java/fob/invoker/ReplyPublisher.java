package fob.invoker;

import fob.bus.wire.ResponseWire;
import fob.bus.wire.Topics;
import fob.call.Failure;
import fob.call.Reply;
import fob.call.Response;
import fob.service.Text;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/** Writes replies to the bus. Thread-safe. */
final class ReplyPublisher {

  private static final String OWN = Topics.RESPONSE.name();
  private static final int MOST_OF_A_NAME = 200;
  private static final int MOST_OF_A_MESSAGE = 500;

  private final BusWriter bus;
  private final ReplyTopics topics;

  ReplyPublisher(BusWriter bus, ReplyTopics topics) {
    this.bus = bus;
    this.topics = topics;
  }

  /**
   * Writes a reply to the topic that the caller chose. Writes it to {@code fob.response} if the
   * caller chose none, or if that topic does not exist or takes no reply.
   *
   * @param replyTo null: {@code fob.response}
   * @param written runs once the reply is on disk, and never if it could not be written
   */
  void publish(@Nullable String replyTo, Response response, Runnable written) {
    if (replyTo == null || replyTo.equals(OWN) || !topics.exists(replyTo)) {
      bus.write(
          ResponseWire.encode(OWN, response),
          (refused, failure) -> onOwn(failure, response),
          written);
    } else {
      bus.write(
          ResponseWire.encode(replyTo, response),
          (refused, failure) -> {
            if (!refused.topic().equals(OWN)) {
              topics.refused(replyTo);
              return ResponseWire.encode(OWN, response);
            }
            return onOwn(failure, response);
          },
          written);
    }
  }

  /** To the topic that the caller named, once: the reply is on {@code fob.response} already. */
  void copy(String replyTo, Response response, Runnable written) {
    if (topics.exists(replyTo)) {
      bus.write(
          ResponseWire.encode(replyTo, response),
          (_, _) -> {
            topics.refused(replyTo);
            return null;
          },
          written);
    } else {
      written.run();
    }
  }

  private static ProducerRecord<String, byte[]> onOwn(Exception failure, Response response) {
    return ResponseWire.encode(
        OWN, failure instanceof RecordTooLargeException ? shrunk(response) : response);
  }

  /** What the bus will never take must not be tried for ever. */
  private static Response shrunk(Response response) {
    return new Response(
        response.id(),
        Text.cut(response.function(), MOST_OF_A_NAME),
        response.attempt(),
        response.timing(),
        switch (response.reply()) {
          case Reply.Answered _ ->
              Reply.failed(Failure.TOO_LARGE, "the reply is too large for the bus");
          case Reply.Failed failed ->
              Reply.failed(failed.failure(), Text.cut(failed.message(), MOST_OF_A_MESSAGE));
        });
  }
}
