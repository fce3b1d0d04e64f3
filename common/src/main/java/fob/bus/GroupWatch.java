package fob.bus;

import fob.service.Loop;
import fob.service.RepeatedMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the cluster, every second, whether each partition of a topic belongs to a member of its
 * group: records in one that does not wait for ever. Thread-safe.
 */
public final class GroupWatch implements AutoCloseable {

  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration EVERY_AT_FIRST = Duration.ofMillis(50);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** How long a group may take to deal its partitions when a member comes or goes. */
  private static final Duration DEALING = Duration.ofSeconds(5);

  /** On a busy machine one answer or two may come too late, which says nothing of the groups. */
  private static final int FAILURES_TOLD = 3;

  private static final Logger LOGGER = LoggerFactory.getLogger(GroupWatch.class);

  private final Admin admin;
  private final Map<String, Group> groups = new TreeMap<>();
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();
  private final Map<String, Runnable> rejoins;
  private final Loop loop;
  private final RepeatedMessage logged = new RepeatedMessage();
  private volatile boolean isComplete;

  /**
   * What was found last.
   *
   * @param sinceNanos since when it is so
   */
  private record Seen(Optional<String> problem, long sinceNanos) {}

  /** Watches the groups of others. */
  public GroupWatch(Bus bus, List<Group> groups) {
    this(bus, groups, Map.of());
  }

  /**
   * @param rejoins by a group's name, what makes its member in this process ask for partitions
   */
  public GroupWatch(Bus bus, List<Group> groups, Map<String, Runnable> rejoins) {
    groups.forEach(group -> this.groups.put(group.name(), group));
    this.rejoins = Map.copyOf(rejoins);
    this.admin = bus.admin();
    this.loop = bus.loops().loop("groups");
    loop.startVirtual(this::run);
  }

  /** Which partitions belong to nobody, in one sentence; empty when all are served. */
  public Optional<String> problem() {
    Optional<String> problem =
        groups.keySet().stream()
            .flatMap(group -> Optional.ofNullable(seen.get(group)).stream())
            .filter(one -> one.problem().isPresent() && (!isComplete || isLasting(one)))
            .findFirst()
            .flatMap(Seen::problem);
    return isComplete || problem.isPresent()
        ? problem
        : Optional.of("it is not known yet who reads " + topics());
  }

  private String topics() {
    return groups.values().stream()
        .map(group -> group.topic().name())
        .collect(Collectors.joining(", "));
  }

  private static boolean isLasting(Seen one) {
    return System.nanoTime() - one.sinceNanos() > DEALING.toNanos();
  }

  private void run() {
    int failures = 0;
    try {
      while (true) {
        try {
          look();
          failures = 0;
          loop.succeeded();
        } catch (ExecutionException | TimeoutException e) {
          Throwable cause = e.getCause() == null ? e : e.getCause();
          failures++;
          if (cause instanceof AuthorizationException) {
            mayNotAsk(complaint(cause));
          } else if (failures >= FAILURES_TOLD) {
            loop.failed(complaint(cause));
          }
        }
        Thread.sleep(isComplete ? EVERY : EVERY_AT_FIRST);
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whoever may not ask cannot object. */
  private void mayNotAsk(String complaint) {
    seen.clear();
    isComplete = true;
    loop.succeeded();
    if (logged.shouldLog(complaint)) {
      LOGGER.atWarn().log("{}", complaint);
    }
  }

  /** The same text every time: what Kafka says of a timeout tells when it was, too. */
  static String complaint(Throwable cause) {
    boolean isTimeout =
        cause instanceof TimeoutException
            || cause instanceof org.apache.kafka.common.errors.TimeoutException;
    return "groups cannot be asked for: " + (isTimeout ? "Kafka gave no answer in time" : cause);
  }

  private void look() throws ExecutionException, InterruptedException, TimeoutException {
    var described =
        admin
            .describeConsumerGroups(
                groups.keySet(), new DescribeConsumerGroupsOptions().timeoutMs(millis(PATIENCE)))
            .describedGroups();
    var topics =
        admin
            .describeTopics(
                groups.values().stream().map(group -> group.topic().name()).toList(),
                new DescribeTopicsOptions().timeoutMs(millis(PATIENCE)))
            .topicNameValues();
    for (Group group : groups.values()) {
      TopicDescription topic = get(topics.get(group.topic().name()));
      ConsumerGroupDescription now = get(described.get(group.name()));
      boolean goesOn = note(group, problem(group, topic, now));
      if (goesOn && now != null && now.groupState() == GroupState.STABLE) {
        dealAnew(group);
      }
    }
    isComplete = isComplete || seen.values().stream().allMatch(one -> one.problem().isEmpty());
  }

  /**
   * @return whether there was a problem before already
   */
  private boolean note(Group group, Optional<String> problem) {
    Seen before = seen.get(group.name());
    boolean isAsBefore = before != null && before.problem().isPresent() == problem.isPresent();
    long since = before != null && isAsBefore ? before.sinceNanos() : System.nanoTime();
    seen.put(group.name(), new Seen(problem, since));
    return isAsBefore && problem.isPresent();
  }

  /** A member that has kept its name over a restart gets what it had, be it nothing. */
  private void dealAnew(Group group) {
    Runnable rejoin = rejoins.get(group.name());
    if (rejoin != null) {
      LOGGER.atWarn().addKeyValue("group", group.name()).log("asks for partitions of nobody");
      rejoin.run();
    }
  }

  static Optional<String> problem(
      Group group, @Nullable TopicDescription topic, @Nullable ConsumerGroupDescription now) {
    if (topic == null) {
      return Optional.of("there is no topic " + group.topic().name());
    }
    if (now == null || now.members().isEmpty()) {
      return Optional.of(
          "no %s is alive: nobody reads %s".formatted(group.members(), group.topic().name()));
    }
    TreeSet<Integer> nobodys = new TreeSet<>();
    topic.partitions().forEach(partition -> nobodys.add(partition.partition()));
    now.members().stream()
        .flatMap(member -> member.assignment().topicPartitions().stream())
        .filter(partition -> partition.topic().equals(group.topic().name()))
        .forEach(partition -> nobodys.remove(partition.partition()));
    return nobodys.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "partitions %s of %s belong to no %s"
                .formatted(new ArrayList<>(nobodys), group.topic().name(), group.members()));
  }

  /**
   * @return null if there is no such thing
   */
  private static <T> @Nullable T get(@Nullable KafkaFuture<T> future)
      throws ExecutionException, InterruptedException, TimeoutException {
    try {
      return future == null ? null : future.get(2 * PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException
          || e.getCause() instanceof UnknownTopicOrPartitionException) {
        return null;
      }
      throw e;
    }
  }

  private static int millis(Duration duration) {
    return Math.toIntExact(duration.toMillis());
  }

  @Override
  public void close() {
    loop.interrupt(PATIENCE);
    admin.close(Duration.ofSeconds(1));
  }
}
