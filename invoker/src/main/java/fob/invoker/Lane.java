package fob.invoker;

import fob.call.Reply;
import fob.function.FunctionState;
import fob.metrics.FunctionCalls;
import fob.service.Deadlines;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The way of calls to the instances of one function: lets the threads of calls wait until a {@link
 * CallScheduler} grants them an instance, and takes the instances back. Thread-safe: a lock guards
 * the scheduler, the instance pool and the wait queue.
 */
final class Lane {

  private final AsyncLimit asyncLimit;
  private final Deadlines deadlines;
  private final BiConsumer<String, String> reports;
  private final FunctionUse use;
  final FunctionCalls counts;
  private final ReentrantLock lock = new ReentrantLock();
  private final CallScheduler scheduler;

  /**
   * @param deadlines ends the waits of calls
   * @param maxWaiting see {@link CallScheduler}
   * @param reports gets the id of an instance to replace, and the reason; must not block
   * @param use counts the calls
   */
  Lane(
      InstancePool instances,
      AsyncLimit asyncLimit,
      Deadlines deadlines,
      int maxWaiting,
      BiConsumer<String, String> reports,
      FunctionUse use) {
    this.asyncLimit = asyncLimit;
    this.deadlines = deadlines;
    this.reports = reports;
    this.use = use;
    this.counts = use.counts();
    this.scheduler =
        new CallScheduler(instances, asyncLimit, deadlines, maxWaiting, this::runLocked);
  }

  /** Returns what is known about the function; empty if the function is unknown. */
  Optional<FunctionState> function() {
    return lockedGet(scheduler::function);
  }

  /** Counts a call, from before its wait until the result is closed after its run. */
  FunctionUse use() {
    return use.begin();
  }

  /** Returns how many calls wait for an instance. */
  int waiting() {
    return lockedGet(scheduler::waiting);
  }

  /** Returns whether the function is unknown and no call waits for it. */
  boolean isUnused() {
    return lockedGet(() -> scheduler.function().isEmpty() && scheduler.hasNoWaitingCalls());
  }

  /** Takes over a change of the function; empty if the function is gone. */
  void update(Optional<FunctionState> changed) {
    runLocked(() -> scheduler.update(changed));
    use.update(changed);
  }

  /** Takes over that this invoker may use other instances than before. */
  void partsChanged() {
    runLocked(() -> scheduler.update(scheduler.function()));
  }

  /** Refuses all waiting calls. */
  void refuseAll(Reply.Failed reply) {
    runLocked(() -> scheduler.refuseAll(reply));
  }

  /**
   * Waits until the call may run in an instance. Blocks.
   *
   * @param latestStart returns until when the call may wait; asked again at the end of the wait
   * @param turn ended before the wait
   */
  Admission admit(
      Function<Optional<FunctionState>, Instant> latestStart, Priority priority, Turns.Turn turn)
      throws InterruptedException {
    if (priority.kind() == CallKind.SYNC) {
      asyncLimit.syncSeen();
    }
    WaitQueue.WaitingCall call;
    Instant end;
    lock.lock();
    try {
      end = latestStart.apply(scheduler.function());
      if (!Instant.now().isBefore(end)) {
        return new Admission.Refused(Refusals.readAfterDeadline());
      }
      call = scheduler.add(priority);
    } finally {
      lock.unlock();
    }
    turn.end();
    return await(call, end, latestStart);
  }

  private Admission await(
      WaitQueue.WaitingCall call,
      Instant firstEnd,
      Function<Optional<FunctionState>, Instant> latestStart)
      throws InterruptedException {
    Instant end = firstEnd;
    try {
      while (!deadlines.await(call.admission, Duration.between(Instant.now(), end))) {
        Instant later = latestStart.apply(function());
        if (!later.isAfter(end)) {
          return withdraw(call);
        }
        end = later;
      }
      return call.admission.join();
    } catch (InterruptedException e) {
      if (withdraw(call) instanceof Admission.Granted(PooledInstance unused, _)) {
        releaseUnused(unused, call.priority.kind());
      }
      throw e;
    }
  }

  private Admission withdraw(WaitQueue.WaitingCall call) {
    return lockedGet(() -> scheduler.withdraw(call));
  }

  /** Frees the slot of a granted call that was not sent to the instance. */
  void releaseUnused(PooledInstance instance, CallKind kind) {
    runLocked(() -> {
      instance.freeSlot();
      scheduler.serve();
    });
    ended(kind);
  }

  /**
   * Frees the slot of a granted call that was sent to the instance.
   *
   * @param beganNanos when the call was sent
   */
  void release(PooledInstance instance, CallKind kind, RunOutcome outcome, long beganNanos) {
    Optional<String> reportReason;
    lock.lock();
    try {
      scheduler.countRun();
      Duration pause = instance.callEnded(outcome.health(), beganNanos, System.nanoTime());
      reportReason = instance.reportReason(outcome);
      if (pause.isPositive()) {
        CompletableFuture.delayedExecutor(pause.toMillis() + 1, TimeUnit.MILLISECONDS)
            .execute(() -> runLocked(scheduler::serve));
      }
      scheduler.serve();
    } finally {
      lock.unlock();
    }
    ended(kind);
    reportReason.ifPresent(why -> reports.accept(instance.id(), why));
  }

  /** Called without the lock, because {@link AsyncLimit} then lets other lanes serve calls. */
  private void ended(CallKind kind) {
    if (kind == CallKind.ASYNC) {
      asyncLimit.ended();
    }
  }

  private void runLocked(Runnable action) {
    lockedGet(() -> {
      action.run();
      return true;
    });
  }

  private <T> T lockedGet(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }
}
