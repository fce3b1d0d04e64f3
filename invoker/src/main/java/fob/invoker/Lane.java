package fob.invoker;

import fob.call.Reply;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The way to one function: hands out places in its instances and lets calls wait while there is
 * none: first come first served, and synchronous calls before asynchronous ones. What it decides
 * with is guarded by its lock; any thread may use it.
 */
final class Lane {

  /** What a call gets from a lane. */
  sealed interface Turn {
    /** A place in an instance, to be given back by {@link Lane#release}. */
    record Granted(Place place, FunctionState function) implements Turn {}

    record Refused(Reply.Failed reply) implements Turn {}

    /** The function was not known until the end of the wait. */
    record Unknown() implements Turn {}
  }

  private static final int SECONDS_AHEAD = 4;

  private final Places places;
  private final AsyncLimit asyncLimit;
  private final int maxWaiting;
  private final BiConsumer<String, String> reports;
  private final ReentrantLock lock = new ReentrantLock();
  private final Waiting waiting = new Waiting();
  private final Throughput throughput = new Throughput();
  private final Runnable serveNow = this::serveNow;
  private Optional<FunctionState> state = Optional.empty();

  /**
   * @param reports gets the id of an instance that is to be replaced, and why; must not block
   */
  Lane(Places places, AsyncLimit asyncLimit, int maxWaiting, BiConsumer<String, String> reports) {
    this.places = places;
    this.asyncLimit = asyncLimit;
    this.maxWaiting = maxWaiting;
    this.reports = reports;
  }

  Optional<FunctionState> state() {
    lock.lock();
    try {
      return state;
    } finally {
      lock.unlock();
    }
  }

  /** Whether its function is not known and no call waits for it. */
  boolean isUnused() {
    lock.lock();
    try {
      return state.isEmpty() && waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for a place. Blocks.
   *
   * @param until how long, by what is known of the function: asked again at the end of the wait,
   *     since the function may have become known meanwhile
   */
  Turn take(Function<Optional<FunctionState>, Instant> until, Waiting.Kind kind)
      throws InterruptedException {
    if (kind == Waiting.Kind.SYNC) {
      asyncLimit.syncSeen();
    }
    Waiting.Waiter waiter;
    Instant end;
    lock.lock();
    try {
      end = until.apply(state);
      if (!Instant.now().isBefore(end)) {
        return new Turn.Refused(Refusals.cameTooLate());
      }
      waiter = waiting.add(kind);
      serve();
      if (!waiter.turn.isDone() && waiting.size(kind) > mostWaiting(kind)) {
        waiting.remove(waiter);
        return new Turn.Refused(Refusals.overloaded(maxWaiting));
      }
    } finally {
      lock.unlock();
    }
    return await(waiter, end, until);
  }

  private Turn await(
      Waiting.Waiter waiter, Instant end, Function<Optional<FunctionState>, Instant> until)
      throws InterruptedException {
    while (true) {
      try {
        long millis = Duration.between(Instant.now(), end).toMillis();
        return waiter.turn.get(Math.max(0, millis), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        Instant later = until.apply(state());
        if (!later.isAfter(end)) {
          return withdraw(waiter);
        }
        end = later;
      } catch (InterruptedException e) {
        if (withdraw(waiter) instanceof Turn.Granted(Place unused, _)) {
          giveBack(unused, waiter.kind);
        }
        throw e;
      } catch (ExecutionException e) {
        throw new IllegalStateException("turns are only completed with values", e);
      }
    }
  }

  /** What nobody waits for may be as many as will have run in some seconds. */
  private int mostWaiting(Waiting.Kind kind) {
    return kind == Waiting.Kind.ASYNC
        ? Math.max(maxWaiting, throughput.perSecond() * SECONDS_AHEAD)
        : maxWaiting;
  }

  private Turn withdraw(Waiting.Waiter waiter) {
    lock.lock();
    try {
      // Not waiting any more means that it was served in this very moment.
      return waiting.remove(waiter) ? expired() : waiter.turn.join();
    } finally {
      lock.unlock();
    }
  }

  /** Called with the lock held. */
  private Turn expired() {
    if (state.isEmpty()) {
      return new Turn.Unknown();
    }
    boolean isHeldBack = places.leastUsed(concurrency(state.get())).isPresent();
    return new Turn.Refused(
        Refusals.expired(state.get().status(), isHeldBack ? Refusals.HELD_BACK : places.whyNone()));
  }

  /** Gives a place back in which no call ran. */
  void giveBack(Place place, Waiting.Kind kind) {
    lock.lock();
    try {
      place.giveBack();
      serve();
    } finally {
      lock.unlock();
    }
    ended(kind);
  }

  /**
   * Gives a place back after a call.
   *
   * @param beganNanos when the call was sent
   */
  void release(Place place, Waiting.Kind kind, Outcome outcome, long beganNanos) {
    Optional<String> complaint;
    lock.lock();
    try {
      throughput.count();
      Duration rest = place.giveBack(outcome.health(), beganNanos, System.nanoTime());
      complaint = place.complaint(outcome);
      if (rest.isPositive()) {
        CompletableFuture.delayedExecutor(rest.toMillis() + 1, TimeUnit.MILLISECONDS)
            .execute(serveNow);
      }
      serve();
    } finally {
      lock.unlock();
    }
    ended(kind);
    complaint.ifPresent(why -> reports.accept(place.instance.id(), why));
  }

  private void ended(Waiting.Kind kind) {
    if (kind == Waiting.Kind.ASYNC) {
      asyncLimit.ended();
    }
  }

  /** The function has changed; empty: it is gone. */
  void update(Optional<FunctionState> now) {
    lock.lock();
    try {
      state = now;
      places.update(now);
      serve();
    } finally {
      lock.unlock();
    }
  }

  /** Tells those who wait that the function is gone. */
  void refuseAll(Reply.Failed reply) {
    lock.lock();
    try {
      Turn refused = new Turn.Refused(reply);
      for (var next = waiting.next(); next.isPresent(); next = waiting.next()) {
        next.get().turn.complete(refused);
      }
    } finally {
      lock.unlock();
    }
  }

  private void serveNow() {
    lock.lock();
    try {
      serve();
    } finally {
      lock.unlock();
    }
  }

  private void serve() {
    if (state.isEmpty()) {
      return;
    }
    if (state.get().status() instanceof FunctionStatus.Failed(var failure)) {
      refuseAll(NotReady.reply(failure));
      return;
    }
    while (!waiting.isEmpty()) {
      Optional<Place> free = places.leastUsed(concurrency(state.get()));
      if (free.isEmpty() || !mayBegin()) {
        return;
      }
      free.get().take();
      waiting.next().orElseThrow().turn.complete(new Turn.Granted(free.get(), state.get()));
    }
  }

  /** A place is taken for an asynchronous call only when the call may run in it at once. */
  private boolean mayBegin() {
    return waiting.size(Waiting.Kind.SYNC) > 0 || asyncLimit.mayBegin(serveNow);
  }

  private static int concurrency(FunctionState function) {
    return function.spec().limits().concurrency();
  }
}
