package fob.invoker;

import fob.call.Failure;
import fob.call.Reply;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of a call at which fob itself fails. */
final class Bugs {

  /** For the caller. */
  static final Reply.Failed REPLY =
      Reply.failed(
          Failure.UNREACHABLE,
          "fob failed to run the call, so whether it had its effect is not known; the invoker's log"
              + " says why");

  private static final Logger LOGGER = LoggerFactory.getLogger(Bugs.class);

  private Bugs() {}

  static void log(ConsumerRecord<String, byte[]> record, Throwable bug) {
    LOGGER
        .atError()
        .addKeyValue("topic", record.topic())
        .addKeyValue("partition", record.partition())
        .addKeyValue("offset", record.offset())
        .setCause(bug)
        .log("a call failed");
  }
}
