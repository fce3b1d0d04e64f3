package fob.bus;

import fob.bus.wire.Topic;
import fob.bus.wire.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.TopicConfig;

/** What fob cannot work with in topics that exist. Each problem says what must be. */
final class TopicProblems {

  private TopicProblems() {}

  /**
   * @param partitions how many the topic has
   * @param config its settings
   */
  static List<String> of(Topic topic, int partitions, Config config) {
    List<String> problems = new ArrayList<>();
    if (topic.totallyOrdered() && partitions != 1) {
      problems.add(topic.name() + " has " + partitions + " partitions, it must have 1");
    }
    String policy = topic.config().getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, "");
    String actualPolicy = value(config, TopicConfig.CLEANUP_POLICY_CONFIG);
    if (!policy.equals(actualPolicy)) {
      problems.add(topic.name() + " has cleanup.policy=" + actualPolicy + ", it must be " + policy);
    }
    long maxBytes = Long.parseLong(value(config, TopicConfig.MAX_MESSAGE_BYTES_CONFIG));
    if (maxBytes < Topics.MAX_RECORD_BYTES) {
      problems.add(
          topic.name()
              + " has max.message.bytes="
              + maxBytes
              + ", it must be at least "
              + Topics.MAX_RECORD_BYTES);
    }
    return problems;
  }

  /** Says how to make the topics of calls equal; empty if they are. */
  static Optional<String> unequal(Map<String, Integer> partitions) {
    int calls = partitions.getOrDefault(Topics.CALL.name(), 0);
    int async = partitions.getOrDefault(Topics.ASYNC.name(), calls);
    if (calls == 0 || calls == async) {
      return Optional.empty();
    }
    String smaller = calls < async ? Topics.CALL.name() : Topics.ASYNC.name();
    return Optional.of(
        "%s has %d partitions and %s has %d, they must have the same number: stop all of fob, run kafka-topics --alter --topic %s --partitions %d, and start fob again"
            .formatted(
                Topics.CALL.name(),
                calls,
                Topics.ASYNC.name(),
                async,
                smaller,
                Math.max(calls, async)));
  }

  private static String value(Config config, String key) {
    return Optional.ofNullable(config.get(key))
        .map(ConfigEntry::value)
        .orElseThrow(() -> new IllegalStateException("the broker does not tell " + key));
  }
}
