package fob.bus;

import static org.assertj.core.api.Assertions.assertThat;

import fob.bus.wire.Topics;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberAssignment;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class GroupQueryTest {

  private static final Node NODE = new Node(1, "one", 9092);

  private static TopicDescription topic(int partitions) {
    return new TopicDescription(
        Topics.CALL.name(),
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

  private static ConsumerGroupDescription group(MemberDescription... members) {
    return new ConsumerGroupDescription(
        Group.CALLS.name(),
        false,
        List.of(members),
        "cooperative-sticky",
        GroupType.CLASSIC,
        GroupState.STABLE,
        NODE,
        Set.of(),
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void partitionsThatAllBelongToMembersAreNoProblem() {
    ConsumerGroupDescription group = group(member("fob.call", 0, 2), member("fob.call", 1));

    assertThat(GroupQuery.problem(Group.CALLS, topic(3), group)).isEmpty();
  }

  @Test
  void memberWithoutPartitionsIsNoProblemWhereOthersHaveThem() {
    ConsumerGroupDescription group = group(member("fob.call"), member("fob.call", 0, 1, 2));

    assertThat(GroupQuery.problem(Group.CALLS, topic(3), group)).isEmpty();
  }

  @Test
  void partitionsOfNobodyAreNamed() {
    ConsumerGroupDescription group = group(member("fob.call", 1), member("another", 0, 2));

    assertThat(GroupQuery.problem(Group.CALLS, topic(3), group))
        .contains("partitions [0, 2] of fob.call belong to no invoker");
  }

  /** As a member gets it that has kept its name while its topic was made anew. */
  @Test
  void onlyMemberWithNothingIsAProblem() {
    assertThat(GroupQuery.problem(Group.CALLS, topic(2), group(member("fob.call"))))
        .contains("partitions [0, 1] of fob.call belong to no invoker");
  }

  @Test
  void groupWithoutMembersIsAProblem() {
    assertThat(GroupQuery.problem(Group.CALLS, topic(2), group()))
        .contains("no invoker is alive: nobody reads fob.call");
    assertThat(GroupQuery.problem(Group.CALLS, topic(2), null))
        .contains("no invoker is alive: nobody reads fob.call");
  }

  @Test
  void topicThatIsNotThereIsAProblem() {
    assertThat(GroupQuery.problem(Group.CALLS, null, group()))
        .contains("there is no topic fob.call");
  }

  @Test
  void ofATimeoutTheSameIsToldEveryTime() {
    assertThat(GroupQuery.complaint(new TimeoutException("deadlineMs=1, tries=1")))
        .isEqualTo(GroupQuery.complaint(new TimeoutException("deadlineMs=2, tries=4")))
        .isEqualTo("groups cannot be asked for: Kafka gave no answer in time");
    assertThat(GroupQuery.complaint(new IllegalStateException("closed"))).endsWith("closed");
  }
}
