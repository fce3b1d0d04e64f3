package fob.invoker;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The calls that wait for an instance of one function: first come, first served, and all
 * synchronous calls before the asynchronous ones. Not thread-safe: guarded by the lane's lock.
 */
final class WaitQueue {

  /** A waiting call; equal only to itself. */
  static final class WaitingCall {
    final CallKind kind;
    final CompletableFuture<Admission> admission = new CompletableFuture<>();

    private WaitingCall(CallKind kind) {
      this.kind = kind;
    }
  }

  private final Map<CallKind, Deque<WaitingCall>> queues = new EnumMap<>(CallKind.class);

  WaitQueue() {
    for (CallKind kind : CallKind.values()) {
      queues.put(kind, new ArrayDeque<>());
    }
  }

  /** Appends a call to the queue of its kind. */
  WaitingCall add(CallKind kind) {
    WaitingCall call = new WaitingCall(kind);
    queue(kind).add(call);
    return call;
  }

  /** Removes a call; returns false if it had left the queue already. */
  boolean remove(WaitingCall call) {
    return queue(call.kind).remove(call);
  }

  /** Removes and returns the call that is to be served next; empty if no call waits. */
  Optional<WaitingCall> next() {
    return queues.values().stream()
        .filter(queue -> !queue.isEmpty())
        .findFirst()
        .map(Deque::remove);
  }

  /** Returns the number of waiting calls of one kind. */
  int size(CallKind kind) {
    return queue(kind).size();
  }

  boolean isEmpty() {
    return queues.values().stream().allMatch(Deque::isEmpty);
  }

  private Deque<WaitingCall> queue(CallKind kind) {
    return Optional.ofNullable(queues.get(kind)).orElseThrow();
  }
}
