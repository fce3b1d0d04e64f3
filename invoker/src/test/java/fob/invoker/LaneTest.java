package fob.invoker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.call.Failure;
import fob.call.Reply;
import fob.function.FunctionState;
import fob.function.Instance;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.Function;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LaneTest {

  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Duration SOON = Duration.ofMillis(30);
  private static final int MAX_WAITING = 3;

  private final OkHttpClient http = InstanceClient.base();
  private final Map<String, InstanceClient> clients = new ConcurrentHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AsyncLimit asyncLimit = new AsyncLimit(() -> 0, System::nanoTime, 1_000);
  private final List<String> reports = new CopyOnWriteArrayList<>();
  private final Lane lane = lane(MAX_WAITING);

  private Lane lane(int maxWaiting) {
    return lane(
        (instance, state) -> {
          InstanceClient client =
              new InstanceClient(http, instance, state.spec().limits().concurrency());
          clients.put(instance.id(), client);
          return client;
        },
        maxWaiting);
  }

  private Lane lane(BiFunction<Instance, FunctionState, InstanceClient> clients, int maxWaiting) {
    return new Lane(
        new Places(clients),
        asyncLimit,
        maxWaiting,
        (instance, why) -> reports.add(instance + ": " + why));
  }

  /** Until then, whatever becomes known of the function. */
  private static Function<Optional<FunctionState>, Instant> until(Instant end) {
    return _ -> end;
  }

  /** Gives a place back after a call that ended so. */
  private void release(Place place, Health health) {
    lane.release(
        place, Waiting.Kind.SYNC, new Outcome.NotStarted("no reason", health), System.nanoTime());
  }

  @AfterEach
  void nobodyWaitsForEver() {
    lane.refuseAll(Reply.failed(Failure.OVERLOADED, "the test is over"));
    threads.forEach(Thread::interrupt);
  }

  private void update(FunctionState state) {
    lane.update(Optional.of(state));
  }

  private Lane.Turn take() throws InterruptedException {
    return lane.take(until(Instant.now().plus(LONG)), Waiting.Kind.SYNC);
  }

  private Place place() throws InterruptedException {
    return place(take());
  }

  private static Place place(Lane.Turn turn) {
    return switch (turn) {
      case Lane.Turn.Granted(Place place, _) -> place;
      case Lane.Turn.Refused refused -> throw new AssertionError(refused);
      case Lane.Turn.Unknown unknown -> throw new AssertionError(unknown);
    };
  }

  private static Reply.Failed refusal(Lane.Turn turn) {
    return switch (turn) {
      case Lane.Turn.Granted granted -> throw new AssertionError(granted);
      case Lane.Turn.Refused(Reply.Failed reply) -> reply;
      case Lane.Turn.Unknown unknown -> throw new AssertionError(unknown);
    };
  }

  /** A call that waits; returns once it does. */
  private FutureTask<Lane.Turn> waiting() {
    return waiting(this::take);
  }

  private FutureTask<Lane.Turn> waiting(Callable<Lane.Turn> take) {
    FutureTask<Lane.Turn> task = new FutureTask<>(take);
    Thread thread = Thread.ofPlatform().start(task);
    threads.add(thread);
    await()
        .pollInterval(Duration.ofMillis(1))
        .until(() -> thread.getState() == Thread.State.TIMED_WAITING || task.isDone());
    return task;
  }

  private static Lane.Turn get(FutureTask<Lane.Turn> task) throws Exception {
    return task.get(5, TimeUnit.SECONDS);
  }

  @Test
  void waitersAreServedInTheOrderInWhichTheyCame() throws Exception {
    // Given
    update(Fixtures.ready(1, Fixtures.instance("a")));
    Place place = place();
    FutureTask<Lane.Turn> first = waiting();
    FutureTask<Lane.Turn> second = waiting();
    FutureTask<Lane.Turn> third = waiting();

    // When
    lane.giveBack(place, Waiting.Kind.SYNC);

    // Then
    assertThat(place(get(first)).instance.id()).isEqualTo("a");
    assertThat(second.isDone()).isFalse();
    lane.giveBack(place, Waiting.Kind.SYNC);
    get(second);
    assertThat(third.isDone()).isFalse();
    lane.giveBack(place, Waiting.Kind.SYNC);
    get(third);
  }

  @Test
  void nobodyOvertakesThoseWhoWait() throws Exception {
    // Given
    update(Fixtures.ready(1, Fixtures.instance("a")));
    Place place = place();
    FutureTask<Lane.Turn> first = waiting();
    lane.giveBack(place, Waiting.Kind.SYNC);
    get(first);
    FutureTask<Lane.Turn> second = waiting();

    // When
    Lane.Turn newcomer = lane.take(until(Instant.now().plus(SOON)), Waiting.Kind.SYNC);

    // Then
    assertThat(refusal(newcomer).failure()).isEqualTo(Failure.EXPIRED);
    assertThat(second.isDone()).isFalse();
  }

  @Test
  void theLeastUsedInstanceIsNext() throws Exception {
    // Given
    update(Fixtures.ready(8, Fixtures.instance("a"), Fixtures.instance("b")));
    List<Place> taken = new ArrayList<>();

    // When
    for (int i = 0; i < 6; i++) {
      taken.add(place());
    }

    // Then
    assertThat(taken.stream().filter(place -> place.instance.id().equals("a"))).hasSize(3);
    taken.stream()
        .filter(place -> place.instance.id().equals("b"))
        .forEach(place -> lane.giveBack(place, Waiting.Kind.SYNC));
    assertThat(place().instance.id()).isEqualTo("b");
    assertThat(place().instance.id()).isEqualTo("b");
  }

  @Test
  void anInstanceNeverGetsMoreThanItsConcurrency() throws Exception {
    // Given
    update(Fixtures.ready(2, Fixtures.instance("a"), Fixtures.instance("b")));
    for (int i = 0; i < 4; i++) {
      place();
    }

    // When
    Lane.Turn fifth = lane.take(until(Instant.now().plus(SOON)), Waiting.Kind.SYNC);

    // Then
    assertThat(refusal(fifth).failure()).isEqualTo(Failure.EXPIRED);
    assertThat(refusal(fifth).message())
        .isEqualTo(
            "the call waited until its deadline and was not run, since all of its instances were"
                + " busy");
  }

  @Test
  void aCallWaitsWhileItsFunctionDeploysAndIsThenServed() throws Exception {
    // Given
    update(Fixtures.deploying("starting"));
    FutureTask<Lane.Turn> call = waiting();
    assertThat(call.isDone()).isFalse();

    // When
    update(Fixtures.ready(1, Fixtures.instance("a")));

    // Then
    assertThat(place(get(call)).instance.id()).isEqualTo("a");
  }

  @Test
  void aCallOfAnUnknownFunctionWaitsForIt() throws Exception {
    // Given
    FutureTask<Lane.Turn> call = waiting();

    // When
    update(Fixtures.ready(1, Fixtures.instance("a")));

    // Then
    assertThat(place(get(call)).instance.id()).isEqualTo("a");
  }

  @Test
  void aFunctionThatFailedRefusesAtOnceWithTheReason() throws Exception {
    // Given
    update(Fixtures.failed("its code does not load"));

    // When
    Lane.Turn turn = take();

    // Then
    assertThat(refusal(turn))
        .isEqualTo(
            Reply.failed(Failure.NOT_READY, "the function cannot run: its code does not load"));
  }

  @Test
  void thoseWhoWaitHearThatTheFunctionFailed() throws Exception {
    // Given
    update(Fixtures.deploying("starting"));
    FutureTask<Lane.Turn> call = waiting();

    // When
    update(Fixtures.failed("no memory"));

    // Then
    assertThat(refusal(get(call)).message()).contains("no memory");
  }

  @Test
  void whoWaitsTooLongHearsWhatItWaitedFor() throws Exception {
    // Given
    update(Fixtures.deploying("its instance ended with exit code 1"));

    // When
    Lane.Turn turn = lane.take(until(Instant.now().plus(SOON)), Waiting.Kind.SYNC);

    // Then
    assertThat(refusal(turn))
        .isEqualTo(
            Reply.failed(
                Failure.EXPIRED,
                "the call waited until its deadline and was not run, since it is not ready: its"
                    + " instance ended with exit code 1"));
  }

  @Test
  void aCallOfAFunctionThatStaysUnknownHearsThat() throws Exception {
    assertThat(lane.take(until(Instant.now().plus(SOON)), Waiting.Kind.SYNC))
        .isEqualTo(new Lane.Turn.Unknown());
  }

  @Test
  void aFunctionThatBecomesKnownWhileItsCallWaitsIsWaitedForUntilTheDeadline() throws Exception {
    // Given
    Instant grace = Instant.now().plusMillis(500);
    Instant deadline = Instant.now().plus(LONG);
    FutureTask<Lane.Turn> call =
        waiting(() -> lane.take(known -> known.isPresent() ? deadline : grace, Waiting.Kind.SYNC));
    update(Fixtures.deploying("starting"));

    // When
    await().until(() -> Instant.now().isAfter(grace.plus(SOON)));

    // Then
    assertThat(call.isDone()).isFalse();
    update(Fixtures.ready(1, Fixtures.instance("a")));
    assertThat(place(get(call)).instance.id()).isEqualTo("a");
  }

  @Test
  void aCallThatComesAfterItsDeadlineIsNotRun() throws Exception {
    // Given
    update(Fixtures.ready(1, Fixtures.instance("a")));

    // When
    Lane.Turn turn = lane.take(until(Instant.now().minusMillis(1)), Waiting.Kind.SYNC);

    // Then
    assertThat(refusal(turn).failure()).isEqualTo(Failure.EXPIRED);
    assertThat(place().instance.id()).isEqualTo("a");
  }

  @Test
  void whoExpiredIsNotServedAnyMore() throws Exception {
    // Given
    update(Fixtures.ready(1, Fixtures.instance("a")));
    Place place = place();
    lane.take(until(Instant.now().plus(SOON)), Waiting.Kind.SYNC);

    // When
    lane.giveBack(place, Waiting.Kind.SYNC);

    // Then
    assertThat(place(lane.take(until(Instant.now().plus(SOON)), Waiting.Kind.SYNC)).instance.id())
        .isEqualTo("a");
  }

  @Test
  void whoWasInterruptedIsNotServedAnyMore() throws Exception {
    // Given
    update(Fixtures.ready(1, Fixtures.instance("a")));
    Place place = place();
    FutureTask<Lane.Turn> call = waiting();
    threads.getLast().interrupt();
    await().until(call::isDone);

    // When
    lane.giveBack(place, Waiting.Kind.SYNC);

    // Then
    assertThat(place(lane.take(until(Instant.now().plus(SOON)), Waiting.Kind.SYNC)).instance.id())
        .isEqualTo("a");
  }

  @Test
  void tooManyWaitersAreRefusedAtOnce() throws Exception {
    // Given
    update(Fixtures.deploying("starting"));
    for (int i = 0; i < MAX_WAITING; i++) {
      var _ = waiting();
    }

    // When
    Lane.Turn turn = take();

    // Then
    assertThat(refusal(turn).failure()).isEqualTo(Failure.OVERLOADED);
    assertThat(refusal(turn).message()).startsWith("3 calls of this function wait already");
  }

  private Lane.Turn takeAsync() throws InterruptedException {
    return lane.take(until(Instant.now().plus(LONG)), Waiting.Kind.ASYNC);
  }

  @Test
  void aCallWhoseCallerWaitsOvertakesThoseThatNobodyWaitsFor() throws Exception {
    // Given
    update(Fixtures.ready(1, Fixtures.instance("a")));
    Place place = place();
    FutureTask<Lane.Turn> async = waiting(this::takeAsync);
    FutureTask<Lane.Turn> sync = waiting();

    // When
    lane.giveBack(place, Waiting.Kind.SYNC);

    // Then
    assertThat(place(get(sync)).instance.id()).isEqualTo("a");
    assertThat(async.isDone()).isFalse();
    lane.giveBack(place, Waiting.Kind.SYNC);
    assertThat(place(get(async)).instance.id()).isEqualTo("a");
  }

  @Test
  void theBoundOfOneKindIsNotUsedUpByTheOther() throws Exception {
    // Given
    update(Fixtures.deploying("starting"));
    for (int i = 0; i < MAX_WAITING; i++) {
      var _ = waiting(this::takeAsync);
    }

    // When
    FutureTask<Lane.Turn> sync = waiting();

    // Then
    assertThat(sync.isDone()).isFalse();
    assertThat(refusal(takeAsync()).failure()).isEqualTo(Failure.OVERLOADED);
  }

  @Test
  void aRefusalOfAllReachesBothKinds() throws Exception {
    // Given
    FutureTask<Lane.Turn> async = waiting(this::takeAsync);
    FutureTask<Lane.Turn> sync = waiting();

    // When
    lane.refuseAll(Lanes.unknown("add"));

    // Then
    assertThat(refusal(get(async))).isEqualTo(refusal(get(sync)));
    assertThat(lane.isUnused()).isTrue();
  }

  @Test
  void withoutAnyWaitingAFreePlaceIsStillGiven() throws Exception {
    // Given
    Lane none = lane(0);
    none.update(Optional.of(Fixtures.ready(1, Fixtures.instance("a"))));

    // When
    Lane.Turn first = none.take(until(Instant.now().plus(LONG)), Waiting.Kind.SYNC);
    Lane.Turn second = none.take(until(Instant.now().plus(LONG)), Waiting.Kind.SYNC);

    // Then
    assertThat(place(first).instance.id()).isEqualTo("a");
    assertThat(refusal(second).failure()).isEqualTo(Failure.OVERLOADED);
  }

  @Test
  void anInstanceThatRestsGetsNoCallUntilItsRestIsOver() throws Exception {
    // Given
    update(Fixtures.ready(2, Fixtures.instance("a")));
    long start = System.nanoTime();
    release(place(), Health.REFUSES);

    // When
    Lane.Turn early = lane.take(until(Instant.now().plusMillis(5)), Waiting.Kind.SYNC);
    Lane.Turn later = take();

    // Then
    assertThat(refusal(early).failure()).isEqualTo(Failure.EXPIRED);
    assertThat(place(later).instance.id()).isEqualTo("a");
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(Health.REFUSES.rest);
  }

  @Test
  void whileOneInstanceRestsTheOtherServes() throws Exception {
    // Given
    update(Fixtures.ready(2, Fixtures.instance("a"), Fixtures.instance("b")));
    Place resting = place();
    release(resting, Health.TIMES_OUT);

    // When
    Place one = place();
    Place two = place();

    // Then
    assertThat(one.instance).isNotEqualTo(resting.instance).isEqualTo(two.instance);
  }

  @Test
  void anInstanceThatAnsweredForAnotherCallIsReportedAndGetsNoCallUntilItIsReplaced()
      throws Exception {
    // Given
    update(Fixtures.ready(2, Fixtures.instance("a")));
    Place other = place();
    release(place(), Health.ANSWERS_OTHERS);

    // When
    release(other, Health.SERVES);
    Lane.Turn early = lane.take(until(Instant.now().plus(SOON)), Waiting.Kind.SYNC);

    // Then
    assertThat(reports).containsExactly("a: no reason");
    assertThat(refusal(early).failure()).isEqualTo(Failure.EXPIRED);
    update(Fixtures.ready(2, Fixtures.instance("b")));
    assertThat(place().instance.id()).isEqualTo("b");
  }

  @Test
  void aCallThatExpiresWhileNoInstanceServesIsToldSo() throws Exception {
    // Given
    update(Fixtures.ready(1, Fixtures.instance("a")));
    release(place(), Health.TIMES_OUT);

    // When
    Lane.Turn turn = lane.take(until(Instant.now().plus(SOON)), Waiting.Kind.SYNC);

    // Then
    assertThat(refusal(turn).message()).endsWith("since its instances do not serve calls");
  }

  @Test
  void anAsynchronousCallTakesNoPlaceWhileItMayNotRun() throws Exception {
    // Given
    AsyncLimit one = new AsyncLimit(() -> 1, System::nanoTime, 1);
    one.syncSeen();
    Lane first = new Lane(new Places(this::client), one, MAX_WAITING, (_, _) -> {});
    Lane second = new Lane(new Places(this::client), one, MAX_WAITING, (_, _) -> {});
    first.update(Optional.of(Fixtures.ready(1, Fixtures.instance("a"))));
    second.update(Optional.of(Fixtures.ready(1, Fixtures.instance("b"))));
    Place running = place(first.take(until(Instant.now().plus(LONG)), Waiting.Kind.ASYNC));
    FutureTask<Lane.Turn> async =
        waiting(() -> second.take(until(Instant.now().plus(LONG)), Waiting.Kind.ASYNC));

    // When
    Place sync = place(second.take(until(Instant.now().plus(LONG)), Waiting.Kind.SYNC));

    // Then
    second.giveBack(sync, Waiting.Kind.SYNC);
    assertThat(async.isDone()).isFalse();
    first.giveBack(running, Waiting.Kind.ASYNC);
    assertThat(place(get(async)).instance.id()).isEqualTo("b");
  }

  @Test
  void anAsynchronousCallThatMayNotRunExpiresAtItsDeadlineAndIsToldWhy() throws Exception {
    // Given
    AsyncLimit one = new AsyncLimit(() -> 1, System::nanoTime, 1);
    one.syncSeen();
    Lane lane = new Lane(new Places(this::client), one, MAX_WAITING, (_, _) -> {});
    lane.update(Optional.of(Fixtures.ready(2, Fixtures.instance("a"))));
    place(lane.take(until(Instant.now().plus(LONG)), Waiting.Kind.ASYNC));

    // When
    Lane.Turn turn = lane.take(until(Instant.now().plus(SOON)), Waiting.Kind.ASYNC);

    // Then
    assertThat(refusal(turn).message()).endsWith("since " + Refusals.HELD_BACK);
  }

  private InstanceClient client(Instance instance, FunctionState state) {
    return new InstanceClient(http, instance, state.spec().limits().concurrency());
  }

  @Test
  void removalRefusesThoseWhoWait() throws Exception {
    // Given
    FutureTask<Lane.Turn> call = waiting();

    // When
    lane.refuseAll(Lanes.unknown("add"));

    // Then
    assertThat(refusal(get(call)))
        .isEqualTo(Reply.failed(Failure.NOT_FOUND, "there is no function 'add'"));
  }

  @Test
  void aReplacedInstanceServesNoMoreAndItsSuccessorDoes() throws Exception {
    // Given
    update(Fixtures.ready(1, Fixtures.instance("a")));
    Place old = place();

    // When
    update(Fixtures.ready(1, Fixtures.instance("b")));

    // Then
    assertThat(place().instance.id()).isEqualTo("b");
    lane.giveBack(old, Waiting.Kind.SYNC);
    assertThat(refusal(lane.take(until(Instant.now().plus(SOON)), Waiting.Kind.SYNC)).failure())
        .isEqualTo(Failure.EXPIRED);
  }

  @Test
  void anInstanceThatStaysKeepsItsClientAndWhatItIsUsedFor() throws Exception {
    // Given
    update(Fixtures.ready(1, Fixtures.instance("a")));
    Place held = place();
    InstanceClient client = clients.get("a");

    // When
    update(Fixtures.ready(1, Fixtures.instance("a"), Fixtures.instance("b")));

    // Then
    assertThat(place().instance.id()).isEqualTo("b");
    assertThat(held.client).isSameAs(client).isSameAs(clients.get("a"));
    assertThat(refusal(lane.take(until(Instant.now().plus(SOON)), Waiting.Kind.SYNC)).failure())
        .isEqualTo(Failure.EXPIRED);
  }

  @Test
  void aReplacedInstancesIdleConnectionsAreDropped() throws Exception {
    // Given
    try (FakeDriver driver = FakeDriver.overTcp()) {
      driver.answer(200, "{\"result\":1}");
      update(Fixtures.ready(1, driver.instance()));
      Place place = place();
      place.client.run(Fixtures.json("{}"), Instant.now().plus(LONG), Duration.ofSeconds(5));
      lane.giveBack(place, Waiting.Kind.SYNC);
      assertThat(driver.openConnections()).isEqualTo(1);

      // When
      update(Fixtures.deploying("replaced"));

      // Then
      await().until(() -> driver.openConnections() == 0);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aPlaceGrantedInTheMomentInWhichItsCallExpiresIsNotLost() throws Exception {
    // Given
    CountDownLatch expired = new CountDownLatch(1);
    Lane slow =
        lane(
            (instance, _) -> {
              awaitUnchecked(expired);
              return new InstanceClient(http, instance, 1);
            },
            MAX_WAITING);
    FutureTask<Lane.Turn> call =
        waiting(() -> slow.take(until(Instant.now().plusMillis(400)), Waiting.Kind.SYNC));
    Thread caller = threads.getLast();

    // When
    Thread updater =
        Thread.ofVirtual()
            .start(() -> slow.update(Optional.of(Fixtures.ready(1, Fixtures.instance("a")))));
    // It has expired, and waits for the lane's lock, which the update holds.
    await()
        .pollInterval(Duration.ofMillis(1))
        .until(() -> caller.getState() == Thread.State.WAITING);
    expired.countDown();

    // Then
    assertThat(place(get(call)).instance.id()).isEqualTo("a");
    assertThat(updater.join(LONG)).isTrue();
  }

  private static void awaitUnchecked(CountDownLatch latch) {
    try {
      assertThat(latch.await(5, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void underStressNoInstanceIsOverusedAndEveryCallIsServed() throws Exception {
    // Given
    int callers = 200;
    int concurrency = 4;
    Lane busy = lane(callers);
    Map<String, AtomicInteger> inUse = new ConcurrentHashMap<>();
    Map<String, AtomicInteger> most = new ConcurrentHashMap<>();
    CountDownLatch served = new CountDownLatch(callers);
    FunctionState both =
        Fixtures.ready(concurrency, Fixtures.instance("a"), Fixtures.instance("b"));

    // When
    for (int i = 0; i < callers; i++) {
      var _ =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  Place place =
                      place(busy.take(until(Instant.now().plus(LONG)), Waiting.Kind.SYNC));
                  String id = place.instance.id();
                  int now = inUse.computeIfAbsent(id, _ -> new AtomicInteger()).incrementAndGet();
                  most.computeIfAbsent(id, _ -> new AtomicInteger())
                      .accumulateAndGet(now, Math::max);
                  LockSupport.parkNanos(100_000);
                  inUse.computeIfAbsent(id, _ -> new AtomicInteger()).decrementAndGet();
                  boolean rests = ThreadLocalRandom.current().nextInt(20) == 0;
                  busy.release(
                      place,
                      Waiting.Kind.SYNC,
                      new Outcome.NotStarted("", rests ? Health.REFUSES : Health.SERVES),
                      System.nanoTime());
                  served.countDown();
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              });
      if (i == callers / 2) {
        busy.update(Optional.of(both));
      }
    }

    // Then
    assertThat(served.await(10, TimeUnit.SECONDS)).as("%s left", served.getCount()).isTrue();
    assertThat(most).containsOnlyKeys("a", "b");
    assertThat(most.values()).allMatch(one -> one.get() <= concurrency);
    assertThat(inUse.values()).allMatch(one -> one.get() == 0);
  }
}
