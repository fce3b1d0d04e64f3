package fob.bus;

import fob.service.Reasons;
import fob.service.Threads;
import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every service does first: wait for the bus, and see to its topics. */
public final class BusStart {

  private static final Logger LOGGER = LoggerFactory.getLogger(BusStart.class);
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private BusStart() {}

  /**
   * Connects, however long the broker takes to come up, and sees to the topics.
   *
   * @throws TopicSetup.TopicsRefused if topics exist that fob cannot work with
   * @throws KafkaException if the broker refuses these credentials
   */
  public static Bus connect(BusSettings settings) throws InterruptedException {
    Bus bus = new Bus(settings);
    while (true) {
      try (Admin admin = bus.admin()) {
        new TopicSetup(admin).ensure(Topics.ALL);
        return bus;
      } catch (AuthenticationException | AuthorizationException refused) {
        throw refused;
      } catch (KafkaException e) {
        LOGGER
            .atWarn()
            .addKeyValue("servers", settings.bootstrapServers())
            .log("waiting for Kafka: {}", Reasons.of(e));
        Threads.pause(AGAIN);
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
    }
  }
}
