package fob.bus;

import fob.service.Loop;
import fob.service.RepeatedMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every second whether each partition of the topics of a group belongs to a member of it.
 * Records in a partition that belongs to no member would wait for ever. Thread-safe.
 */
public final class GroupWatch implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(GroupWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration EVERY_AT_FIRST = Duration.ofMillis(50);
  private static final Duration CLOSE = Duration.ofSeconds(2);

  /** How long a group may take to assign its partitions when a member comes or goes. */
  private static final Duration ASSIGNING = Duration.ofSeconds(5);

  /** On a busy machine one or two answers may be late, which says nothing about the groups. */
  private static final int FAILURES_TOLD = 3;

  private final Admin admin;
  private final GroupQuery query;
  private final List<Group> groups;
  private final Map<Group, Seen> seen = new ConcurrentHashMap<>();
  private final Map<String, Runnable> rejoins;
  private final Loop loop;
  private final RepeatedMessage logged = new RepeatedMessage();

  /** Whether all partitions have belonged to members at the same time once. */
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
    this.admin = bus.admin();
    this.query = new GroupQuery(admin);
    this.loop = bus.loops().loop("groups");
    loop.startVirtual(this::run);
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
            mayNotAsk(GroupQuery.complaint(cause));
          } else if (failures >= FAILURES_TOLD) {
            loop.failed(GroupQuery.complaint(cause));
          }
        }
        Thread.sleep(isComplete ? EVERY : EVERY_AT_FIRST);
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /** A fob that may not ask for groups counts as ready without the answer. */
  private void mayNotAsk(String complaint) {
    seen.clear();
    isComplete = true;
    loop.succeeded();
    if (logged.shouldLog(complaint)) {
      LOGGER.atWarn().log("{}", complaint);
    }
  }

  private void look() throws ExecutionException, InterruptedException, TimeoutException {
    query
        .ask(groups)
        .forEach((group, answer) -> {
          boolean goesOn = note(group, answer.problem());
          if (goesOn && answer.isStable()) {
            rejoin(group);
          }
        });
    isComplete = isComplete || seen.values().stream().allMatch(one -> one.problem().isEmpty());
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
    loop.interrupt(CLOSE);
    admin.close(Duration.ofSeconds(1));
  }
}
