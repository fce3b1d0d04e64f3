package fob.driver;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Limits the number of running calls and their time, and drains them before the process ends.
 * Thread-safe.
 *
 * <p>One thread waits in {@link #watch} until the oldest call has reached its timeout; then the
 * other calls finish and the process ends. Code that takes all of the memory's or the processor's
 * time may hold this thread up. So {@link #guard} ends the process a second after the timeout of
 * the latest call; it needs no memory for that.
 */
final class Calls {

  private static final long NANOS_PER_MS = 1_000_000;
  private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
  private static final long SEND_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long GUARD_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** Why the process ends. */
  enum Reason {
    SIGTERM("sigterm"),
    STUCK("stuck-call"),
    CANNOT_SERVE("cannot-serve");

    private final String event;

    Reason(String event) {
      this.event = event;
    }

    String event() {
      return event;
    }
  }

  private final int limit;
  private final long timeoutNanos;
  private final Set<Call> running = new LinkedHashSet<>(); // the oldest first
  private int unsent; // calls that have ended, but whose responses are still being written
  private @Nullable Reason wanted;
  private @Nullable Reason draining;
  private volatile int count; // like the next, for the guard
  private volatile long latestStart;

  Calls(int limit, long timeoutMs) {
    this.limit = limit;
    this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
  }

  /** Begins a call and returns null, or returns why it may not run now. */
  synchronized @Nullable String begin(Call call) {
    if (draining != null || wanted != null) {
      return "draining";
    }
    if (running.size() >= limit) {
      return "busy";
    }
    call.start();
    running.add(call);
    latestStart = System.nanoTime();
    count = running.size();
    if (count == 1) {
      notifyAll();
    }
    return null;
  }

  synchronized void end(Call call) {
    if (running.remove(call)) {
      unsent++;
    }
    count = running.size();
    if (draining != null) {
      notifyAll();
    }
  }

  /** Records that the response to an ended call has been written, or cannot be. */
  synchronized void sent() {
    unsent--;
    if (draining != null) {
      notifyAll();
    }
  }

  /** Records that the process has to end. */
  synchronized void stop(Reason reason) {
    wanted = wanted == null ? reason : wanted;
    notifyAll();
  }

  synchronized boolean isDraining() {
    return draining != null || wanted != null;
  }

  synchronized List<Call> running() {
    return new ArrayList<>(running);
  }

  /** Forgets a call that will never end. */
  synchronized void abandon(Call call) {
    running.remove(call);
    count = running.size();
    notifyAll();
  }

  /** Waits until the process has to end, and returns the reason. From then on no call begins. */
  synchronized Reason watch() {
    while (wanted == null) {
      if (running.isEmpty()) {
        await(Long.MAX_VALUE);
        continue;
      }
      long left = left(running.iterator().next());
      if (left <= 0) {
        wanted = Reason.STUCK;
      } else {
        await(left);
      }
    }
    draining = wanted;
    return draining;
  }

  /** Waits for the running calls, each within its own timeout. Returns the stuck calls. */
  List<Call> drain() {
    long begin = System.nanoTime();
    List<Call> stuck = untilEnd();
    long left = LINGER_NANOS - (System.nanoTime() - begin);
    long end = System.nanoTime() + left;
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
    return stuck;
  }

  private synchronized List<Call> untilEnd() {
    while (true) {
      long left = running.stream().mapToLong(this::left).max().orElse(0);
      if (left <= 0) {
        break;
      }
      await(left);
    }
    long end = System.nanoTime() + SEND_NANOS;
    while (unsent > 0 && System.nanoTime() < end) {
      await(end - System.nanoTime());
    }
    return new ArrayList<>(running);
  }

  /** Ends the process if a second after the latest timeout a call is still running. */
  void guard(Runnable end) {
    while (count == 0 || System.nanoTime() - latestStart < timeoutNanos + GRACE_NANOS) {
      LockSupport.parkNanos(GUARD_NANOS);
    }
    end.run();
  }

  private long left(Call call) {
    return call.startedAt() + timeoutNanos - System.nanoTime();
  }

  @SuppressWarnings("WaitNotInLoop") // the callers have the loop
  private synchronized void await(long nanos) {
    try {
      wait(nanos / NANOS_PER_MS, (int) (nanos % NANOS_PER_MS));
    } catch (InterruptedException e) {
      // The function interrupts threads that are not its own. The callers look again.
    }
  }
}
