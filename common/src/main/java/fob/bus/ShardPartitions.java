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
 * Gives the topics that belong to shards, beside those of calls, a partition for each shard.
 * Earlier versions of fob made them with one. Records that are there stay where they are.
 */
final class ShardPartitions {

  private static final Logger LOGGER = LoggerFactory.getLogger(ShardPartitions.class);
  private static final List<String> TOPICS = List.of(Topics.KEYS.name(), Topics.DEAD.name());

  private ShardPartitions() {}

  /**
   * Several services may do so at the same time.
   *
   * @param partitions how many each topic has
   * @throws TopicsRefused if partitions are missing and fob's account may not add them
   */
  static void ensure(Admin admin, Map<String, Integer> partitions) throws InterruptedException {
    int wanted = partitions.getOrDefault(Topics.CALL.name(), 0);
    for (String topic : TOPICS) {
      int found = partitions.getOrDefault(topic, wanted);
      if (found < wanted) {
        add(admin, topic, found, wanted);
      }
    }
  }

  private static void add(Admin admin, String topic, int found, int wanted)
      throws InterruptedException {
    try {
      TopicSetup.get(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(wanted))).all());
      LOGGER.atInfo().addKeyValue("partitions", wanted).log("{} has more partitions now", topic);
    } catch (InvalidPartitionsException raced) {
      LOGGER.atDebug().log("{} got its partitions meanwhile: {}", topic, raced.getMessage());
    } catch (TopicAuthorizationException refused) {
      throw new TopicsRefused(
          List.of(
              "%s has %d partitions, it must have %d, and fob's account may not add them: allow it the operation Alter on this topic, or run kafka-topics --alter --topic %s --partitions %d"
                  .formatted(topic, found, wanted, topic, wanted)));
    }
  }
}
