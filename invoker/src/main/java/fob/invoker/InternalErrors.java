package fob.invoker;

import fob.bus.wire.CallLogging;
import fob.call.Failure;
import fob.call.Reply;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** The reply to, and the log line about, a call that fob itself failed to handle. */
final class InternalErrors {

  static final Reply.Failed REPLY =
      Reply.failed(
          Failure.UNREACHABLE,
          "fob failed to run the call, so whether the call had its effect is not known; the"
              + " invoker's log says why");

  private static final Logger LOGGER = LoggerFactory.getLogger(InternalErrors.class);

  private InternalErrors() {}

  static void log(ConsumerRecord<String, byte[]> record, Throwable bug) {
    named(record)
        .addKeyValue("topic", record.topic())
        .addKeyValue("partition", record.partition())
        .addKeyValue("offset", record.offset())
        .setCause(bug)
        .log("fob failed to handle a call");
  }

  /** Must not fail, since the record would never be done then. */
  private static LoggingEventBuilder named(ConsumerRecord<String, byte[]> record) {
    LoggingEventBuilder line = LOGGER.atError();
    try {
      return CallLogging.about(line, record.headers());
    } catch (RuntimeException unreadable) {
      return line;
    }
  }
}
