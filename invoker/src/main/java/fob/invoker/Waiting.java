package fob.invoker;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The calls that wait in a lane: those whose callers wait go first. Not thread-safe; the lane's
 * lock guards it.
 */
final class Waiting {

  /** In the order in which they are served. */
  enum Kind {
    /** Somebody waits for the reply. */
    SYNC,
    /** Nobody does. */
    ASYNC
  }

  /** A call that waits; equal to itself alone. */
  static final class Waiter {
    final Kind kind;
    final CompletableFuture<Lane.Turn> turn = new CompletableFuture<>();

    private Waiter(Kind kind) {
      this.kind = kind;
    }
  }

  private final Map<Kind, Deque<Waiter>> queues = new EnumMap<>(Kind.class);

  Waiting() {
    for (Kind kind : Kind.values()) {
      queues.put(kind, new ArrayDeque<>());
    }
  }

  Waiter add(Kind kind) {
    Waiter waiter = new Waiter(kind);
    queue(kind).add(waiter);
    return waiter;
  }

  /** False if it does not wait any more. */
  boolean remove(Waiter waiter) {
    return queue(waiter.kind).remove(waiter);
  }

  /** Takes the one whose turn it is. */
  Optional<Waiter> next() {
    return queues.values().stream()
        .filter(queue -> !queue.isEmpty())
        .findFirst()
        .map(Deque::remove);
  }

  int size(Kind kind) {
    return queue(kind).size();
  }

  boolean isEmpty() {
    return queues.values().stream().allMatch(Deque::isEmpty);
  }

  private Deque<Waiter> queue(Kind kind) {
    return Optional.ofNullable(queues.get(kind)).orElseThrow();
  }
}
