package fob.invoker;

import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * The calls that wait for an instance of one function, in the order of their {@link Priority};
 * calls of the same priority in the order in which they came. Not thread-safe: guarded by the
 * lane's lock.
 */
final class WaitQueue {

  /** A waiting call; equal only to itself. */
  static final class WaitingCall {
    final Priority priority;
    final CompletableFuture<Admission> admission = new CompletableFuture<>();
    private final long number;

    private WaitingCall(Priority priority, long number) {
      this.priority = priority;
      this.number = number;
    }
  }

  private static final Comparator<WaitingCall> ORDER =
      Comparator.<WaitingCall, Instant>comparing(call -> call.priority.since())
          .thenComparingLong(call -> call.number);

  private final Map<CallKind, NavigableSet<WaitingCall>> queues = new EnumMap<>(CallKind.class);
  private long added;

  WaitQueue() {
    for (CallKind kind : CallKind.values()) {
      queues.put(kind, new TreeSet<>(ORDER));
    }
  }

  WaitingCall add(Priority priority) {
    WaitingCall call = new WaitingCall(priority, added++);
    queue(priority.kind()).add(call);
    return call;
  }

  /** Removes a call; returns false if it had left the queue already. */
  boolean remove(WaitingCall call) {
    return queue(call.priority.kind()).remove(call);
  }

  /** Removes and returns the call that is to be served next; empty if no call waits. */
  Optional<WaitingCall> next() {
    return queues.values().stream()
        .filter(queue -> !queue.isEmpty())
        .findFirst()
        .map(NavigableSet::pollFirst);
  }

  /** Removes and returns the call of a kind that would be served last; empty if none waits. */
  Optional<WaitingCall> last(CallKind kind) {
    return Optional.ofNullable(queue(kind).pollLast());
  }

  /** Returns the number of waiting calls of one kind. */
  int size(CallKind kind) {
    return queue(kind).size();
  }

  boolean isEmpty() {
    return queues.values().stream().allMatch(NavigableSet::isEmpty);
  }

  private NavigableSet<WaitingCall> queue(CallKind kind) {
    return Optional.ofNullable(queues.get(kind)).orElseThrow();
  }
}
