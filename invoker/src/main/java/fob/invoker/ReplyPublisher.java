package fob.invoker;

import fob.bus.wire.ResponseWire;
import fob.bus.wire.Topic;
import fob.bus.wire.Topics;
import fob.call.Failure;
import fob.call.Reply;
import fob.call.Response;
import fob.service.Text;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/** Writes replies to Kafka. Thread-safe. */
final class ReplyPublisher {

  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_MESSAGE = 500;

  private final BusWriter bus;
  private final ReplyTopics topics;
  private final String standard;

  ReplyPublisher(BusWriter bus, ReplyTopics topics) {
    this(bus, topics, Topics.RESPONSE);
  }

  /**
   * @param standard the topic of replies whose callers choose none
   */
  ReplyPublisher(BusWriter bus, ReplyTopics topics, Topic standard) {
    this.bus = bus;
    this.topics = topics;
    this.standard = standard.name();
  }

  /**
   * Writes a reply to the topic that the caller chose. Writes it to {@code fob.response} if the
   * caller chose none, or if that topic does not exist or takes no reply.
   *
   * @param replyTo the topic that the caller chose, or null
   * @param written see {@link BusWriter#write}
   */
  void publish(@Nullable String replyTo, Response response, Runnable written) {
    if (replyTo == null || replyTo.equals(standard) || !topics.exists(replyTo, response.id())) {
      bus.write(
          ResponseWire.encode(standard, response),
          (refused, failure) -> toResponseTopic(failure, response),
          written);
    } else {
      bus.write(
          ResponseWire.encode(replyTo, response),
          (refused, failure) -> {
            if (!refused.topic().equals(standard)) {
              topics.refused(replyTo, response.id());
              return ResponseWire.encode(standard, response);
            }
            return toResponseTopic(failure, response);
          },
          written);
    }
  }

  /**
   * Writes a reply that is on {@code fob.response} already also to the topic that the caller chose.
   * Gives up if the topic does not exist or takes no reply.
   *
   * @param written run also if the reply was given up; see {@link BusWriter#write}
   */
  void copy(String replyTo, Response response, Runnable written) {
    if (topics.exists(replyTo, response.id())) {
      bus.write(
          ResponseWire.encode(replyTo, response),
          (_, _) -> {
            topics.refused(replyTo, response.id());
            return null;
          },
          written);
    } else {
      written.run();
    }
  }

  private ProducerRecord<String, byte[]> toResponseTopic(Exception failure, Response response) {
    return ResponseWire.encode(
        standard, failure instanceof RecordTooLargeException ? shrunk(response) : response);
  }

  /** Makes a reply that Kafka refuses as too large small enough to be written. */
  private static Response shrunk(Response response) {
    return new Response(
        response.id(),
        Text.cut(response.function(), LONGEST_NAME),
        response.attempt(),
        response.timing(),
        switch (response.reply()) {
          case Reply.Answered _ ->
              Reply.failed(Failure.TOO_LARGE, "the reply is too large for Kafka");
          case Reply.Failed failed ->
              Reply.failed(failed.failure(), Text.cut(failed.message(), LONGEST_MESSAGE));
        },
        List.of(),
        response.trace());
  }
}
