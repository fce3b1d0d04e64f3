package fob.invoker;

import fob.call.Reply;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.service.Deadlines;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Grants the free instances of one function to its waiting calls, and bounds how many calls wait.
 * Not thread-safe: guarded by the lane's lock.
 */
final class CallScheduler {

  /** As many asynchronous calls may wait as the function runs in this many seconds. */
  private static final int ASYNC_WAITING_SECONDS = 4;

  /**
   * How soon asynchronous calls over the bound are refused, and the next ones after them. {@link
   * Deadlines} are in steps of 20 ms, so that this is the next one.
   */
  private static final Duration REFUSE_AFTER = Duration.ofMillis(10);

  /** How many of them are refused at a time: at most 2,000 a second. */
  private static final int REFUSED_AT_ONCE = 40;

  private final InstancePool instances;
  private final AsyncLimit asyncLimit;
  private final Deadlines deadlines;
  private final int maxWaiting;
  private final Runnable serveLater;
  private final Runnable refuseSurplusLocked;
  private final WaitQueue waiting = new WaitQueue();
  private final Throughput throughput = new Throughput();
  private Optional<FunctionState> function = Optional.empty();
  private boolean isRefusalDue;

  /**
   * @param deadlines runs the refusals of asynchronous calls over the bound
   * @param maxWaiting how many calls of each kind may wait; more asynchronous calls may wait if the
   *     function runs them fast enough
   * @param locked runs something while it holds the lane's lock; called by other threads
   */
  CallScheduler(
      InstancePool instances,
      AsyncLimit asyncLimit,
      Deadlines deadlines,
      int maxWaiting,
      Consumer<Runnable> locked) {
    this.instances = instances;
    this.asyncLimit = asyncLimit;
    this.deadlines = deadlines;
    this.maxWaiting = maxWaiting;
    this.serveLater = () -> locked.accept(this::serve);
    this.refuseSurplusLocked =
        () -> Thread.startVirtualThread(() -> locked.accept(this::refuseSurplus));
  }

  /** Returns what is known about the function; empty if the function is unknown. */
  Optional<FunctionState> function() {
    return function;
  }

  /** Returns how many calls wait. */
  int waiting() {
    return waiting.size(CallKind.SYNC) + waiting.size(CallKind.ASYNC);
  }

  boolean hasNoWaitingCalls() {
    return waiting.isEmpty();
  }

  /** Takes over a change of the function; empty if the function is gone. */
  void update(Optional<FunctionState> changed) {
    function = changed;
    instances.update(changed);
    serve();
  }

  /**
   * Adds a call. Its admission is complete if the call need not wait. If too many synchronous calls
   * wait, the one that would be served last is refused, which may be another. If too many
   * asynchronous calls wait, {@link #refuseSurplus} refuses some later.
   */
  WaitQueue.WaitingCall add(Priority priority) {
    WaitQueue.WaitingCall call = waiting.add(priority);
    serve();
    switch (priority.kind()) {
      case SYNC -> {
        if (waiting.size(CallKind.SYNC) > maxWaiting) {
          refuseLast(CallKind.SYNC);
        }
      }
      case ASYNC -> scheduleRefusals();
    }
    return call;
  }

  /**
   * Refuses some of the asynchronous calls over the bound, those that would be served last. Not all
   * at once: how fast a function is shows only after a second of its calls, and then more of them
   * may wait. Meanwhile they take no more memory here than on their way to a delay tier.
   */
  private void refuseSurplus() {
    isRefusalDue = false;
    for (int i = 0; i < REFUSED_AT_ONCE && isOverBound(); i++) {
      refuseLast(CallKind.ASYNC);
    }
    scheduleRefusals();
  }

  private void scheduleRefusals() {
    if (!isRefusalDue && isOverBound()) {
      isRefusalDue = true;
      deadlines.after(REFUSE_AFTER, refuseSurplusLocked);
    }
  }

  private boolean isOverBound() {
    return waiting.size(CallKind.ASYNC)
        > Math.max(maxWaiting, throughput.perSecond() * ASYNC_WAITING_SECONDS);
  }

  private void refuseLast(CallKind kind) {
    Admission refused = new Admission.Refused(Refusals.overloaded(maxWaiting));
    waiting.last(kind).orElseThrow().admission.complete(refused);
  }

  /**
   * Ends the wait of a call.
   *
   * @return why the call was not run, or the admission that the call has got in the meantime
   */
  Admission withdraw(WaitQueue.WaitingCall call) {
    if (!waiting.remove(call)) {
      return call.admission.join();
    }
    if (function.isEmpty()) {
      return new Admission.Unknown();
    }
    boolean isHeldBack = instances.leastUsed(slots(function.get())).isPresent();
    return new Admission.Refused(
        Refusals.expired(
            function.get().status(), isHeldBack ? Refusals.HELD_BACK : instances.whyNoneIsFree()));
  }

  /** Counts a call that has run, for the bound of waiting asynchronous calls. */
  void countRun() {
    throughput.count();
  }

  /** Refuses all waiting calls. */
  void refuseAll(Reply.Failed reply) {
    Admission refused = new Admission.Refused(reply);
    for (var next = waiting.next(); next.isPresent(); next = waiting.next()) {
      next.get().admission.complete(refused);
    }
  }

  /** Grants free instances to waiting calls; refuses the calls if the function has failed. */
  void serve() {
    if (function.isEmpty()) {
      return;
    }
    if (function.get().status() instanceof FunctionStatus.Failed(var failure)) {
      refuseAll(Refusals.notReady(failure));
      return;
    }
    while (!waiting.isEmpty()) {
      Optional<PooledInstance> free = instances.leastUsed(slots(function.get()));
      if (free.isEmpty() || !mayStart()) {
        return;
      }
      free.get().takeSlot();
      var granted = new Admission.Granted(free.get(), function.get());
      waiting.next().orElseThrow().admission.complete(granted);
    }
  }

  /** Returns whether the next waiting call may start; asked only while an instance is free. */
  private boolean mayStart() {
    return waiting.size(CallKind.SYNC) > 0 || asyncLimit.tryStart(serveLater);
  }

  private static int slots(FunctionState function) {
    return function.spec().limits().concurrency();
  }
}
