package fob.bus;

import fob.service.Loop;
import fob.service.Loops;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the cluster for the groups of all {@link GroupWatch}es of a bus, at once. It asks every 2 s
 * while all is well, and else every second. Runs while there is a watch. Thread-safe.
 */
final class GroupPoll {

  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final Duration EVERY_WITH_PROBLEM = Duration.ofSeconds(1);
  private static final Duration EVERY_AT_FIRST = Duration.ofMillis(50);
  private static final Duration CLOSE = Duration.ofSeconds(2);

  /** On a busy machine one or two answers may be late, which says nothing about the groups. */
  private static final int FAILURES_TOLD = 3;

  private final Loops loops;
  private final GroupQuery query;
  private final Set<GroupWatch> watches = new CopyOnWriteArraySet<>();
  private final Semaphore added = new Semaphore(0);
  private @Nullable Loop loop; // guarded by this

  /**
   * @param admin asked for at each question
   */
  GroupPoll(Loops loops, Supplier<Admin> admin) {
    this.loops = loops;
    this.query = new GroupQuery(admin);
  }

  synchronized void add(GroupWatch watch) {
    watches.add(watch);
    added.release();
    if (loop == null) {
      Loop starting = loops.loop("groups");
      starting.startVirtual(() -> run(starting));
      loop = starting;
    }
  }

  /** Blocks for 2 s at most. */
  synchronized void remove(GroupWatch watch) {
    watches.remove(watch);
    if (loop != null && watches.isEmpty()) {
      loop.interrupt(CLOSE);
      loop = null;
    }
  }

  private void run(Loop iterations) {
    int failures = 0;
    try {
      while (true) {
        try {
          look();
          failures = 0;
          iterations.succeeded();
        } catch (ExecutionException | TimeoutException e) {
          Throwable cause = e.getCause() == null ? e : e.getCause();
          failures++;
          if (cause instanceof AuthorizationException) {
            watches.forEach(watch -> watch.mayNotAsk(GroupQuery.complaint(cause)));
            iterations.succeeded();
          } else if (failures >= FAILURES_TOLD) {
            iterations.failed(GroupQuery.complaint(cause));
          }
        }
        var _ = added.tryAcquire(pause().toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() throws ExecutionException, InterruptedException, TimeoutException {
    List<Group> groups =
        watches.stream().flatMap(watch -> watch.groups().stream()).distinct().toList();
    var answers = query.ask(groups);
    watches.forEach(watch -> watch.seen(answers));
  }

  private Duration pause() {
    if (!watches.stream().allMatch(GroupWatch::isComplete)) {
      return EVERY_AT_FIRST;
    }
    return watches.stream().allMatch(GroupWatch::isWell) ? EVERY : EVERY_WITH_PROBLEM;
  }
}
