package fob.invoker;

import fob.call.Failure;
import fob.call.Reply;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.Instance;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;

/**
 * The way to one function: hands out places in its instances and lets calls wait while there is
 * none: first come first served, and synchronous calls before asynchronous ones. What it decides
 * with is guarded by its lock; any thread may use it.
 */
final class Lane {

  /** What a call gets from a lane. */
  sealed interface Turn {
    /** A place in an instance, to be given back by {@link Lane#release}. */
    record Granted(Place place) implements Turn {}

    record Refused(Reply.Failed reply) implements Turn {}
  }

  /** An instance as this lane uses it. */
  static final class Place {
    final Instance instance;
    final InstanceClient client;
    private int used;
    private long notBeforeNanos = System.nanoTime();

    private Place(Instance instance, InstanceClient client) {
      this.instance = instance;
      this.client = client;
    }
  }

  private static final int SECONDS_AHEAD = 4;

  private final BiFunction<Instance, FunctionState, InstanceClient> clients;
  private final int maxWaiting;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Place> places = new HashMap<>();
  private final Waiting waiting = new Waiting();
  private final Throughput throughput = new Throughput();
  private Optional<FunctionState> state = Optional.empty();

  Lane(BiFunction<Instance, FunctionState, InstanceClient> clients, int maxWaiting) {
    this.clients = clients;
    this.maxWaiting = maxWaiting;
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

  /** Waits for a place until the deadline. Blocks. */
  Turn take(Instant deadline, Waiting.Kind kind) throws InterruptedException {
    if (!Instant.now().isBefore(deadline)) {
      return new Turn.Refused(cameTooLate());
    }
    Waiting.Waiter waiter;
    lock.lock();
    try {
      waiter = waiting.add(kind);
      serve();
      if (!waiter.turn.isDone() && waiting.size(kind) > mostWaiting(kind)) {
        waiting.remove(waiter);
        return new Turn.Refused(overloaded());
      }
    } finally {
      lock.unlock();
    }
    try {
      long millis = Duration.between(Instant.now(), deadline).toMillis();
      return waiter.turn.get(Math.max(0, millis), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return withdraw(waiter);
    } catch (InterruptedException e) {
      if (withdraw(waiter) instanceof Turn.Granted(Place unused)) {
        release(unused, Duration.ZERO);
      }
      throw e;
    } catch (ExecutionException e) {
      throw new IllegalStateException("turns are only completed with values", e);
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
      return waiting.remove(waiter) ? new Turn.Refused(expired()) : waiter.turn.join();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives a place back.
   *
   * @param rest how long the instance gets no further call; for one that refused or did not answer
   */
  void release(Place place, Duration rest) {
    lock.lock();
    try {
      place.used--;
      throughput.count();
      if (rest.isPositive()) {
        place.notBeforeNanos = System.nanoTime() + rest.toNanos();
        CompletableFuture.delayedExecutor(rest.toMillis() + 1, TimeUnit.MILLISECONDS)
            .execute(this::serveNow);
      }
      serve();
    } finally {
      lock.unlock();
    }
  }

  /** The function has changed; empty: it is gone. */
  void update(Optional<FunctionState> now) {
    lock.lock();
    try {
      state = now;
      List<Instance> instances =
          now.map(FunctionState::status).orElse(null) instanceof FunctionStatus.Ready(var ready)
              ? ready
              : List.of();
      Set<String> gone = new HashSet<>(places.keySet());
      for (Instance instance : instances) {
        gone.remove(instance.id());
        places.computeIfAbsent(
            instance.id(), id -> new Place(instance, clients.apply(instance, now.orElseThrow())));
      }
      for (String id : gone) {
        Optional.ofNullable(places.remove(id)).ifPresent(place -> place.client.close());
      }
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
      Optional<Place> free = leastUsed(state.get().spec().limits().concurrency());
      if (free.isEmpty()) {
        return;
      }
      free.get().used++;
      waiting.next().orElseThrow().turn.complete(new Turn.Granted(free.get()));
    }
  }

  private Optional<Place> leastUsed(int concurrency) {
    long now = System.nanoTime();
    Place best = null;
    for (Place place : places.values()) {
      if (place.used < concurrency
          && place.notBeforeNanos - now <= 0
          && (best == null || place.used < best.used)) {
        best = place;
      }
    }
    return Optional.ofNullable(best);
  }

  private Reply.Failed overloaded() {
    return Reply.failed(
        Failure.OVERLOADED,
        maxWaiting
            + " calls of this function wait already (FOB_MAX_WAITING); try again later, or give it"
            + " more instances or concurrency");
  }

  private static Reply.Failed cameTooLate() {
    return Reply.failed(
        Failure.EXPIRED,
        "the call came to its invoker after its deadline and was not run: it was on the bus for too"
            + " long");
  }

  /** Called with the lock held. */
  private Reply.Failed expired() {
    String why =
        state
            .map(known ->
                switch (known.status()) {
                  case FunctionStatus.Deploying(String note) -> "it is not ready: " + note;
                  case FunctionStatus.Ready _ -> "all of its instances were busy";
                  case FunctionStatus.Failed _ -> "it failed";
                })
            .orElse("its deployer has not taken it up");
    return Reply.failed(
        Failure.EXPIRED, "the call waited until its deadline and was not run, since " + why);
  }
}
