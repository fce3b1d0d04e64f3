package fob.bus;

import static org.assertj.core.api.Assertions.assertThat;

import fob.bus.wire.Topic;
import fob.bus.wire.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class TopicSetupTest {

  private static List<String> problems(Topic topic, int partitions, Map<String, String> changed) {
    Map<String, String> config = new HashMap<>(topic.config());
    config.putAll(changed);
    return TopicSetup.problems(topic, partitions, key -> config.getOrDefault(key, ""));
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
  void namesAreDifferentAndOurs() {
    Stream<String> names = Topics.ALL.stream().map(Topic::name);
    assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.startsWith("fob."));
  }
}
