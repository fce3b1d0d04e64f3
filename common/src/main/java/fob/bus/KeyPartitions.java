package fob.bus;

import fob.bus.TopicSetup.TopicsRefused;
import fob.bus.wire.Topics;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives {@code fob.keys} a partition for each one of the topics of calls. Earlier versions of fob
 * made it with one. Its records stay where they are.
 */
final class KeyPartitions {

  private static final Logger LOGGER = LoggerFactory.getLogger(KeyPartitions.class);
  private static final String KEYS = Topics.KEYS.name();

  private KeyPartitions() {}

  /**
   * Several services may do so at the same time.
   *
   * @param partitions how many each topic has
   * @throws TopicsRefused if partitions are missing and fob's account may not add them
   */
  static void ensure(Admin admin, Map<String, Integer> partitions) throws InterruptedException {
    int wanted = partitions.getOrDefault(Topics.CALL.name(), 0);
    int found = partitions.getOrDefault(KEYS, wanted);
    if (found >= wanted) {
      return;
    }
    try {
      TopicSetup.get(admin.createPartitions(Map.of(KEYS, NewPartitions.increaseTo(wanted))).all());
      LOGGER.atInfo().addKeyValue("partitions", wanted).log("{} has more partitions now", KEYS);
    } catch (InvalidPartitionsException raced) {
      LOGGER.atDebug().log("{} got its partitions meanwhile: {}", KEYS, raced.getMessage());
    } catch (TopicAuthorizationException refused) {
      throw new TopicsRefused(
          List.of(
              "%s has %d partitions, it must have %d, and fob's account may not add them: allow it the operation Alter on this topic, or run kafka-topics --alter --topic %s --partitions %d"
                  .formatted(KEYS, found, wanted, KEYS, wanted)));
    }
  }
}
