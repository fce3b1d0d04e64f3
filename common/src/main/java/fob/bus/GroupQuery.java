package fob.bus;

import fob.bus.wire.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Asks the cluster whether each partition of a group's topics belongs to a member of its group. */
final class GroupQuery {

  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final Supplier<Admin> admin;

  /**
   * The cluster's answer for one group.
   *
   * @param problem which partitions belong to no member, in one sentence; empty if there are none
   * @param isStable whether the group is not assigning its partitions at the moment
   */
  record Answer(Optional<String> problem, boolean isStable) {}

  GroupQuery(Supplier<Admin> admin) {
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
            .get()
            .describeConsumerGroups(
                groups.stream().flatMap(GroupQuery::names).toList(),
                new DescribeConsumerGroupsOptions().timeoutMs(millis))
            .describedGroups();
    var topics =
        admin
            .get()
            .describeTopics(
                groups.stream().flatMap(group -> group.topics().stream()).map(Topic::name).toList(),
                new DescribeTopicsOptions().timeoutMs(millis))
            .topicNameValues();
    Map<Group, Answer> answers = new LinkedHashMap<>();
    for (Group group : groups) {
      Map<String, TopicDescription> found = new HashMap<>();
      for (Topic topic : group.topics()) {
        TopicDescription description = get(topics.get(topic.name()));
        if (description != null) {
          found.put(topic.name(), description);
        }
      }
      ConsumerGroupDescription now = get(described.get(group.name()));
      List<MemberDescription> members = new ArrayList<>(now == null ? List.of() : now.members());
      for (String earlier : group.earlier().values()) {
        members.addAll(membersOfEarlier(described.get(earlier)));
      }
      boolean isStable = now != null && now.groupState() == GroupState.STABLE;
      answers.put(group, new Answer(problem(group, found, members), isStable));
    }
    return answers;
  }

  private static Stream<String> names(Group group) {
    return Stream.concat(Stream.of(group.name()), group.earlier().values().stream());
  }

  /** While fob is upgraded, members of the version before still read the topics. */
  private static Collection<MemberDescription> membersOfEarlier(
      @Nullable KafkaFuture<ConsumerGroupDescription> earlier)
      throws ExecutionException, InterruptedException, TimeoutException {
    try {
      ConsumerGroupDescription known = get(earlier);
      return known == null ? List.of() : known.members();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupAuthorizationException) {
        return List.of();
      }
      throw e;
    }
  }

  /**
   * Says which partitions belong to no member.
   *
   * @param topics those of the group that exist
   */
  static Optional<String> problem(
      Group group, Map<String, TopicDescription> topics, Collection<MemberDescription> members) {
    Optional<String> missing =
        group.topics().stream()
            .map(Topic::name)
            .filter(name -> !topics.containsKey(name))
            .findFirst()
            .map("there is no topic %s"::formatted);
    if (missing.isPresent()) {
      return missing;
    }
    if (members.isEmpty()) {
      return Optional.of(
          "no %s is alive: nobody reads %s".formatted(group.members(), group.readsWhat()));
    }
    return group.topics().stream()
        .flatMap(topic ->
            unowned(group, Objects.requireNonNull(topics.get(topic.name())), members).stream())
        .findFirst();
  }

  private static Optional<String> unowned(
      Group group, TopicDescription topic, Collection<MemberDescription> members) {
    TreeSet<Integer> unowned = new TreeSet<>();
    topic.partitions().forEach(partition -> unowned.add(partition.partition()));
    members.stream()
        .flatMap(member -> member.assignment().topicPartitions().stream())
        .filter(partition -> partition.topic().equals(topic.name()))
        .forEach(partition -> unowned.remove(partition.partition()));
    return unowned.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "partitions %s of %s belong to no %s"
                .formatted(new ArrayList<>(unowned), topic.name(), group.members()));
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
