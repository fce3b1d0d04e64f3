package fob.bus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.MemberAssignment;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class GroupQueryTest {

  private static final Node NODE = new Node(1, "one", 9092);

  private static Map<String, TopicDescription> topics(int partitions) {
    return Map.of("fob.call", topic("fob.call", partitions), "fob.async", topic("fob.async", 1));
  }

  private static TopicDescription topic(String name, int partitions) {
    return new TopicDescription(
        name,
        false,
        IntStream.range(0, partitions)
            .mapToObj(
                partition -> new TopicPartitionInfo(partition, NODE, List.of(NODE), List.of(NODE)))
            .toList());
  }

  private static MemberDescription member(String topic, int... partitions) {
    Set<TopicPartition> assigned =
        Arrays.stream(partitions)
            .mapToObj(partition -> new TopicPartition(topic, partition))
            .collect(Collectors.toSet());
    return new MemberDescription(
        "id",
        Optional.of("standalone"),
        Optional.empty(),
        "client",
        "host",
        new MemberAssignment(assigned),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static final MemberDescription ASYNC = member("fob.async", 0);

  private static Optional<String> problem(int partitions, MemberDescription... members) {
    return GroupQuery.problem(Group.SHARDS, topics(partitions), List.of(members));
  }

  @Test
  void partitionsThatAllBelongToMembersAreNoProblem() {
    assertThat(problem(3, ASYNC, member("fob.call", 0, 2), member("fob.call", 1))).isEmpty();
  }

  @Test
  void memberWithoutPartitionsIsNoProblemWhereOthersHaveThem() {
    assertThat(problem(3, ASYNC, member("fob.call"), member("fob.call", 0, 1, 2))).isEmpty();
  }

  @Test
  void partitionsOfNobodyAreNamed() {
    assertThat(problem(3, ASYNC, member("fob.call", 1), member("another", 0, 2)))
        .contains("partitions [0, 2] of fob.call belong to no invoker");
    assertThat(problem(1, member("fob.call", 0)))
        .contains("partitions [0] of fob.async belong to no invoker");
  }

  /** As a member gets it that has kept its name while its topic was made anew. */
  @Test
  void onlyMemberWithNothingIsAProblem() {
    assertThat(problem(2, member("fob.call")))
        .contains("partitions [0, 1] of fob.call belong to no invoker");
  }

  @Test
  void groupWithoutMembersIsAProblem() {
    assertThat(problem(2)).contains("no invoker is alive: nobody reads fob.call and fob.async");
  }

  @Test
  void topicThatIsNotThereIsAProblem() {
    assertThat(
            GroupQuery.problem(
                Group.SHARDS, Map.of("fob.call", topic("fob.call", 1)), List.of(ASYNC)))
        .contains("there is no topic fob.async");
  }

  @Test
  void ofATimeoutTheSameIsToldEveryTime() {
    assertThat(GroupQuery.complaint(new TimeoutException("deadlineMs=1, tries=1")))
        .isEqualTo(GroupQuery.complaint(new TimeoutException("deadlineMs=2, tries=4")))
        .isEqualTo("groups cannot be asked for: Kafka gave no answer in time");
    assertThat(GroupQuery.complaint(new IllegalStateException("closed"))).endsWith("closed");
  }
}
