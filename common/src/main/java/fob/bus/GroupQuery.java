package fob.bus;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Asks the cluster whether each partition of a topic belongs to a member of its group. */
final class GroupQuery {

  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final Admin admin;

  /**
   * The cluster's answer for one group.
   *
   * @param problem which partitions belong to no member, in one sentence; empty if there are none
   * @param isStable whether the group is not assigning its partitions at the moment
   */
  record Answer(Optional<String> problem, boolean isStable) {}

  GroupQuery(Admin admin) {
    this.admin = admin;
  }

  /**
   * Asks for all groups. Blocks for some seconds at most.
   *
   * @throws ExecutionException if the cluster refuses; its cause says why
   * @throws TimeoutException if the cluster does not answer in time
   */
  Map<Group, Answer> ask(Collection<Group> groups)
      throws ExecutionException, InterruptedException, TimeoutException {
    int millis = Math.toIntExact(TIMEOUT.toMillis());
    var described =
        admin
            .describeConsumerGroups(
                groups.stream().map(Group::name).toList(),
                new DescribeConsumerGroupsOptions().timeoutMs(millis))
            .describedGroups();
    var topics =
        admin
            .describeTopics(
                groups.stream().map(group -> group.topic().name()).toList(),
                new DescribeTopicsOptions().timeoutMs(millis))
            .topicNameValues();
    Map<Group, Answer> answers = new LinkedHashMap<>();
    for (Group group : groups) {
      TopicDescription topic = get(topics.get(group.topic().name()));
      ConsumerGroupDescription now = get(described.get(group.name()));
      boolean isStable = now != null && now.groupState() == GroupState.STABLE;
      answers.put(group, new Answer(problem(group, topic, now), isStable));
    }
    return answers;
  }

  /**
   * Says which partitions belong to no member.
   *
   * @param topic null if there is no such topic
   * @param now null if there is no such group
   */
  static Optional<String> problem(
      Group group, @Nullable TopicDescription topic, @Nullable ConsumerGroupDescription now) {
    if (topic == null) {
      return Optional.of("there is no topic " + group.topic().name());
    }
    if (now == null || now.members().isEmpty()) {
      return Optional.of(
          "no %s is alive: nobody reads %s".formatted(group.members(), group.topic().name()));
    }
    TreeSet<Integer> unowned = new TreeSet<>();
    topic.partitions().forEach(partition -> unowned.add(partition.partition()));
    now.members().stream()
        .flatMap(member -> member.assignment().topicPartitions().stream())
        .filter(partition -> partition.topic().equals(group.topic().name()))
        .forEach(partition -> unowned.remove(partition.partition()));
    return unowned.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "partitions %s of %s belong to no %s"
                .formatted(new ArrayList<>(unowned), group.topic().name(), group.members()));
  }

  /**
   * Says why the cluster did not answer. The text is always the same for a timeout: Kafka's own
   * text tells the time, so a log of changed messages would show each one.
   */
  static String complaint(Throwable cause) {
    boolean isTimeout =
        cause instanceof TimeoutException
            || cause instanceof org.apache.kafka.common.errors.TimeoutException;
    return "groups cannot be asked for: " + (isTimeout ? "Kafka gave no answer in time" : cause);
  }

  /** Waits for an answer; null if the cluster has no such group or topic. */
  private static <T> @Nullable T get(@Nullable KafkaFuture<T> future)
      throws ExecutionException, InterruptedException, TimeoutException {
    try {
      return future == null ? null : future.get(2 * TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException
          || e.getCause() instanceof UnknownTopicOrPartitionException) {
        return null;
      }
      throw e;
    }
  }
}
