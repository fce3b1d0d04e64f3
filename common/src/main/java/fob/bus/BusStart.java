package fob.bus;

import fob.bus.wire.Topics;
import fob.service.ErrorMessages;
import fob.service.RepeatedMessage;
import fob.service.Threads;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connects a service to Kafka when it starts, and sets up the topics. */
public final class BusStart {

  private static final Logger LOGGER = LoggerFactory.getLogger(BusStart.class);
  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final String NO_ADDRESS = "No resolvable bootstrap urls";

  private BusStart() {}

  /** See {@link #connect(BusSettings, Consumer)}. */
  public static Bus connect(BusSettings settings) throws InterruptedException {
    return connect(settings, _ -> {});
  }

  /**
   * Waits until Kafka answers, without a limit, and sets up the topics. Logs at once what it waits
   * for, and then once a minute.
   *
   * @param waiting gets what this waits for, in one sentence
   * @throws TopicSetup.TopicsRefused if topics exist that fob cannot work with
   * @throws BusRefused if the broker refuses these credentials, or the settings cannot be used
   */
  public static Bus connect(BusSettings settings, Consumer<String> waiting)
      throws InterruptedException {
    Bus bus = new Bus(settings);
    RepeatedMessage repeated = new RepeatedMessage();
    while (true) {
      try (Admin admin = admin(bus)) {
        new TopicSetup(admin, settings.partitions()).ensure(Topics.ALL);
        return bus;
      } catch (AuthenticationException | AuthorizationException refused) {
        throw new BusRefused(
            "Kafka at %s refuses fob: %s (FOB_KAFKA_…)"
                .formatted(settings.bootstrapServers(), refused.getMessage()),
            refused);
      } catch (KafkaException e) {
        String complaint = "waiting for Kafka: " + Reach.complaint(settings);
        waiting.accept(complaint);
        if (repeated.shouldLog(complaint)) {
          LOGGER.atWarn().log("{}", complaint);
        }
        LOGGER.atDebug().setCause(e).log("no connection yet");
        Threads.pause(AGAIN);
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
    }
  }

  /** A host may be known later; any other setting that cannot be used stays so. */
  private static Admin admin(Bus bus) {
    try {
      return bus.admin();
    } catch (KafkaException e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      String message = String.valueOf(cause.getMessage());
      if (cause instanceof ConfigException && message.contains(NO_ADDRESS)) {
        throw e;
      }
      throw new BusRefused("the settings FOB_KAFKA_… cannot be used: " + ErrorMessages.of(e), e);
    }
  }

  /** Waiting does not help; the message is for the user. */
  public static final class BusRefused extends RuntimeException {
    BusRefused(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
