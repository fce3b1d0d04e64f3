package fob.bus;

import static org.assertj.core.api.Assertions.assertThat;

import fob.bus.wire.Topic;
import fob.bus.wire.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class TopicSetupTest {

  private static List<String> problems(Topic topic, int partitions, Map<String, String> changed) {
    Map<String, String> config = new HashMap<>(topic.config());
    config.putAll(changed);
    return TopicProblems.of(
        topic,
        partitions,
        new Config(
            config.entrySet().stream()
                .map(one -> new ConfigEntry(one.getKey(), one.getValue()))
                .toList()));
  }

  @ParameterizedTest
  @FieldSource("fob.bus.wire.Topics#ALL")
  void aTopicAsFobCreatesItHasNoProblem(Topic topic) {
    assertThat(problems(topic, topic.partitions(), Map.of())).isEmpty();
  }

  @ParameterizedTest
  @FieldSource("fob.bus.wire.Topics#ALL")
  void aTopicThatIsReadInOneOrderHasOnePartition(Topic topic) {
    // When
    List<String> problems = problems(topic, 3, Map.of());

    // Then
    assertThat(problems)
        .isEqualTo(
            topic.totallyOrdered()
                ? List.of(topic.name() + " has 3 partitions, it must have 1")
                : List.of());
  }

  @Test
  void compactionOfATopicThatMustKeepEveryRecordIsRefused() {
    assertThat(problems(Topics.CALL, 16, Map.of("cleanup.policy", "compact")))
        .containsExactly("fob.call has cleanup.policy=compact, it must be delete");
  }

  @Test
  void deletionFromATopicThatMustKeepEveryKeyIsRefused() {
    assertThat(problems(Topics.FUNCTIONS, 1, Map.of("cleanup.policy", "compact,delete")))
        .containsExactly("fob.functions has cleanup.policy=compact,delete, it must be compact");
  }

  @Test
  void aTopicThatCannotHoldALargestRecordIsRefused() {
    assertThat(problems(Topics.CODE, 1, Map.of("max.message.bytes", "1048588")))
        .containsExactly(
            "fob.code has max.message.bytes=1048588, it must be at least "
                + Topics.MAX_RECORD_BYTES);
  }

  @Test
  void aTopicThatTakesLargerRecordsIsFine() {
    assertThat(problems(Topics.CODE, 1, Map.of("max.message.bytes", "9000000"))).isEmpty();
  }

  @Test
  void everyProblemIsNamed() {
    // When
    List<String> problems =
        problems(Topics.GEN, 2, Map.of("cleanup.policy", "compact", "max.message.bytes", "1"));

    // Then
    assertThat(problems).hasSize(3);
    assertThat(new TopicSetup.TopicsRefused(problems))
        .hasMessageContainingAll(problems.toArray(String[]::new))
        .hasMessageContaining("kafka-configs");
  }

  @Test
  void topicsOfCallsMustHaveTheSameNumberOfPartitions() {
    assertThat(TopicProblems.unequal(Map.of("fob.call", 16, "fob.async", 16))).isEmpty();
    assertThat(TopicProblems.unequal(Map.of("fob.call", 16))).isEmpty();
    assertThat(TopicProblems.unequal(Map.of("fob.call", 16, "fob.async", 32)))
        .get(InstanceOfAssertFactories.STRING)
        .contains("fob.call has 16 partitions and fob.async has 32")
        .contains("kafka-topics --alter --topic fob.call --partitions 32");
    assertThat(TopicProblems.unequal(Map.of("fob.call", 8, "fob.async", 4)))
        .get(InstanceOfAssertFactories.STRING)
        .contains("kafka-topics --alter --topic fob.async --partitions 8");
  }

  @ParameterizedTest
  @FieldSource("fob.bus.wire.Topics#ALL")
  void segmentsOfEveryTopicHaveASizeAndAnAge(Topic topic) {
    long bytes = Long.parseLong(topic.config().getOrDefault("segment.bytes", "0"));
    long ms = Long.parseLong(topic.config().getOrDefault("segment.ms", "0"));
    assertThat(bytes).isBetween((long) Topics.MAX_RECORD_BYTES, 64L << 20);
    assertThat(Duration.ofMillis(ms)).isBetween(Duration.ofMinutes(1), Duration.ofDays(1));
    boolean isCompacted = topic.config().getOrDefault("cleanup.policy", "").contains("compact");
    assertThat(topic.config().containsKey("max.compaction.lag.ms")).isEqualTo(isCompacted);
  }

  @Test
  void replicasAreWeakIfThereAreThreeAndOneIsEnoughForAWrite() {
    assertThat(Replicas.isWeak(3, minInSync("1"))).isTrue();
    assertThat(Replicas.isWeak(3, minInSync("2"))).isFalse();
    assertThat(Replicas.isWeak(2, minInSync("1"))).isFalse();
    assertThat(Replicas.isWeak(1, minInSync("1"))).isFalse();
  }

  private static Config minInSync(String number) {
    return new Config(List.of(new ConfigEntry("min.insync.replicas", number)));
  }

  @Test
  void namesAreDifferentAndOurs() {
    Stream<String> names = Topics.ALL.stream().map(Topic::name);
    assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.startsWith("fob."));
  }
}
