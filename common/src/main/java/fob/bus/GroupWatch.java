package fob.bus;

import fob.service.RepeatedMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every few seconds whether each partition of the topics of a group belongs to a member of
 * it. Records in a partition that belongs to no member would wait for ever. Thread-safe.
 */
public final class GroupWatch implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(GroupWatch.class);

  /** How long a group may take to assign its partitions when a member comes or goes. */
  private static final Duration ASSIGNING = Duration.ofSeconds(5);

  private final GroupPoll poll;
  private final List<Group> groups;
  private final Map<Group, Seen> seen = new ConcurrentHashMap<>();
  private final Map<String, Runnable> rejoins;
  private final RepeatedMessage logged = new RepeatedMessage();

  private volatile boolean isComplete;

  /**
   * The last answer for a group.
   *
   * @param sinceNanos since when there has been a problem, or none
   */
  private record Seen(Optional<String> problem, long sinceNanos) {}

  /** Watches groups that have no member in this process. */
  public GroupWatch(Bus bus, List<Group> groups) {
    this(bus, groups, Map.of());
  }

  /**
   * @param rejoins for the name of a group, the action that makes this process's member ask for
   *     partitions
   */
  public GroupWatch(Bus bus, List<Group> groups, Map<String, Runnable> rejoins) {
    this.groups = List.copyOf(groups);
    this.rejoins = Map.copyOf(rejoins);
    this.poll = bus.groupPoll();
    poll.add(this);
  }

  /**
   * Says in one sentence which partitions belong to no member; empty if all are served. A problem
   * that has lasted less than 5 s does not count, unless not all groups have been complete yet.
   */
  public Optional<String> problem() {
    Optional<String> problem =
        groups.stream()
            .flatMap(group -> Optional.ofNullable(seen.get(group)).stream())
            .filter(one -> one.problem().isPresent() && (!isComplete || isLasting(one)))
            .findFirst()
            .flatMap(Seen::problem);
    return isComplete || problem.isPresent()
        ? problem
        : Optional.of("it is not known yet who reads " + topics());
  }

  private String topics() {
    return groups.stream().map(Group::readsWhat).collect(Collectors.joining(", "));
  }

  private static boolean isLasting(Seen one) {
    return System.nanoTime() - one.sinceNanos() > ASSIGNING.toNanos();
  }

  /** A fob that may not ask for groups counts as ready without the answer. */
  void mayNotAsk(String complaint) {
    seen.clear();
    isComplete = true;
    if (logged.shouldLog(complaint)) {
      LOGGER.atWarn().log("{}", complaint);
    }
  }

  /**
   * Gets the cluster's answers. Called by one thread at a time.
   *
   * @param answers for these groups, and perhaps for others
   */
  void seen(Map<Group, GroupQuery.Answer> answers) {
    for (Group group : groups) {
      GroupQuery.Answer answer = answers.get(group);
      if (answer != null && note(group, answer.problem()) && answer.isStable()) {
        rejoin(group);
      }
    }
    isComplete |= seen.size() == groups.size() && isWell();
  }

  List<Group> groups() {
    return groups;
  }

  /** Whether all partitions have belonged to members at the same time once. */
  boolean isComplete() {
    return isComplete;
  }

  /** Whether all partitions belonged to members when the cluster was asked last. */
  boolean isWell() {
    return seen.values().stream().allMatch(one -> one.problem().isEmpty());
  }

  /** Stores an answer. Returns whether there is a problem, and was one before already. */
  private boolean note(Group group, Optional<String> problem) {
    Seen before = seen.get(group);
    boolean isAsBefore = before != null && before.problem().isPresent() == problem.isPresent();
    long since = before != null && isAsBefore ? before.sinceNanos() : System.nanoTime();
    seen.put(group, new Seen(problem, since));
    return isAsBefore && problem.isPresent();
  }

  /**
   * Makes the group assign its partitions anew. A static member gets the partitions that it had
   * before its restart, also if it had none, and the group does not notice.
   */
  private void rejoin(Group group) {
    Runnable rejoin = rejoins.get(group.name());
    if (rejoin != null) {
      LOGGER
          .atWarn()
          .addKeyValue("group", group.name())
          .log("asks for partitions that belong to no member");
      rejoin.run();
    }
  }

  @Override
  public void close() {
    poll.remove(this);
  }
}
