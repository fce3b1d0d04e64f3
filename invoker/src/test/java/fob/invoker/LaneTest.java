package fob.invoker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.bus.wire.Parts;
import fob.call.Failure;
import fob.call.Reply;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.Instance;
import fob.metrics.FunctionCalls;
import fob.service.Deadlines;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LaneTest {

  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Duration SOON = Duration.ofMillis(30);
  private static final int MAX_WAITING = 3;
  private static final int PARTITIONS = 16;

  private final Deadlines deadlines = new Deadlines();
  private final Map<String, InstanceClient> clients = new ConcurrentHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AsyncLimit asyncLimit = new AsyncLimit(() -> 0, System::nanoTime, 1_000);
  private final List<String> reports = new CopyOnWriteArrayList<>();
  private final OwnedParts parts = new OwnedParts(PARTITIONS);
  private final Lane lane = lane(MAX_WAITING);

  private Lane lane(int maxWaiting) {
    return lane(
        (instance, state) -> {
          InstanceClient client =
              new InstanceClient(deadlines, instance, state.spec().limits().concurrency());
          clients.put(instance.id(), client);
          return client;
        },
        maxWaiting);
  }

  private Lane lane(BiFunction<Instance, FunctionState, InstanceClient> clients, int maxWaiting) {
    return new Lane(
        new InstancePool(parts::of, clients),
        asyncLimit,
        deadlines,
        maxWaiting,
        (instance, why) -> reports.add(instance + ": " + why),
        new FunctionUse(FunctionCalls.unread(), () -> reports.add("in use"), (_, _) -> {}));
  }

  /** Returns a latest start that does not depend on the function. */
  private static Function<Optional<FunctionState>, Instant> until(Instant end) {
    return _ -> end;
  }

  /** Frees the slot of a call whose outcome says this about the instance. */
  private void release(PooledInstance instance, InstanceHealth health) {
    lane.release(
        instance, CallKind.SYNC, new RunOutcome.NotStarted("no reason", health), System.nanoTime());
  }

  @AfterEach
  void endWaitingCalls() {
    lane.refuseAll(Reply.failed(Failure.OVERLOADED, "the test is over"));
    threads.forEach(Thread::interrupt);
  }

  private void update(FunctionState state) {
    lane.update(Optional.of(state));
  }

  private Admission take() throws InterruptedException {
    return lane.admit(until(Instant.now().plus(LONG)), Fixtures.SYNC, Turns.Turn.NOT_NEEDED);
  }

  private PooledInstance takeInstance() throws InterruptedException {
    return granted(take());
  }

  private static PooledInstance granted(Admission admission) {
    return switch (admission) {
      case Admission.Granted(PooledInstance instance, _) -> instance;
      case Admission.Refused refused -> throw new AssertionError(refused);
      case Admission.Unknown unknown -> throw new AssertionError(unknown);
    };
  }

  private static Reply.Failed refusal(Admission admission) {
    return switch (admission) {
      case Admission.Granted granted -> throw new AssertionError(granted);
      case Admission.Refused(Reply.Failed reply) -> reply;
      case Admission.Unknown unknown -> throw new AssertionError(unknown);
    };
  }

  /** Starts a call and returns once it waits. */
  private FutureTask<Admission> waiting() {
    return waiting(this::take);
  }

  private FutureTask<Admission> waiting(Callable<Admission> take) {
    FutureTask<Admission> task = new FutureTask<>(take);
    Thread thread = Thread.ofPlatform().start(task);
    threads.add(thread);
    await()
        .pollInterval(Duration.ofMillis(1))
        .until(() -> Fixtures.isIn(thread, Deadlines.class, "await") || task.isDone());
    return task;
  }

  private static Admission get(FutureTask<Admission> task) throws Exception {
    return task.get(5, TimeUnit.SECONDS);
  }

  @Test
  void waitingCallsAreServedInTheirOrder() throws Exception {
    // Given
    update(Fixtures.ready(1, Fixtures.instance("a")));
    PooledInstance instance = takeInstance();
    FutureTask<Admission> first = waiting();
    FutureTask<Admission> second = waiting();
    FutureTask<Admission> third = waiting();

    // When
    lane.releaseUnused(instance, CallKind.SYNC);

    // Then
    assertThat(granted(get(first)).id()).isEqualTo("a");
    assertThat(second.isDone()).isFalse();
    lane.releaseUnused(instance, CallKind.SYNC);
    get(second);
    assertThat(third.isDone()).isFalse();
    lane.releaseUnused(instance, CallKind.SYNC);
    get(third);
  }

  @Test
  void aNewCallDoesNotOvertakeWaitingOnes() throws Exception {
    // Given
    update(Fixtures.ready(1, Fixtures.instance("a")));
    PooledInstance instance = takeInstance();
    FutureTask<Admission> first = waiting();
    lane.releaseUnused(instance, CallKind.SYNC);
    get(first);
    FutureTask<Admission> second = waiting();

    // When
    Admission newcomer =
        lane.admit(until(Instant.now().plus(SOON)), Fixtures.SYNC, Turns.Turn.NOT_NEEDED);

    // Then
    assertThat(refusal(newcomer).failure()).isEqualTo(Failure.EXPIRED);
    assertThat(second.isDone()).isFalse();
  }

  @Test
  void theLeastUsedInstanceIsNext() throws Exception {
    // Given
    update(Fixtures.ready(8, Fixtures.instance("a"), Fixtures.instance("b")));
    List<PooledInstance> taken = new ArrayList<>();

    // When
    for (int i = 0; i < 6; i++) {
      taken.add(takeInstance());
    }

    // Then
    assertThat(taken.stream().filter(instance -> instance.id().equals("a"))).hasSize(3);
    taken.stream()
        .filter(instance -> instance.id().equals("b"))
        .forEach(instance -> lane.releaseUnused(instance, CallKind.SYNC));
    assertThat(takeInstance().id()).isEqualTo("b");
    assertThat(takeInstance().id()).isEqualTo("b");
  }

  @Test
  void anInstanceNeverGetsMoreThanItsConcurrency() throws Exception {
    // Given
    update(Fixtures.ready(2, Fixtures.instance("a"), Fixtures.instance("b")));
    for (int i = 0; i < 4; i++) {
      takeInstance();
    }

    // When
    Admission fifth =
        lane.admit(until(Instant.now().plus(SOON)), Fixtures.SYNC, Turns.Turn.NOT_NEEDED);

    // Then
    assertThat(refusal(fifth).failure()).isEqualTo(Failure.EXPIRED);
    assertThat(refusal(fifth).message())
        .isEqualTo(
            "the call waited until its deadline and was not run, since all of the function's instances"
                + " were busy");
  }

  @Test
  void aCallWaitsWhileItsFunctionDeploysAndIsThenServed() throws Exception {
    // Given
    update(Fixtures.deploying("starting"));
    FutureTask<Admission> call = waiting();
    assertThat(call.isDone()).isFalse();

    // When
    update(Fixtures.ready(1, Fixtures.instance("a")));

    // Then
    assertThat(granted(get(call)).id()).isEqualTo("a");
  }

  @Test
  void aCallOfAnUnknownFunctionWaitsForIt() throws Exception {
    // Given
    FutureTask<Admission> call = waiting();

    // When
    update(Fixtures.ready(1, Fixtures.instance("a")));

    // Then
    assertThat(granted(get(call)).id()).isEqualTo("a");
  }

  @Test
  void aFunctionThatFailedRefusesAtOnceWithTheReason() throws Exception {
    // Given
    update(Fixtures.failed("its code does not load"));

    // When
    Admission admission = take();

    // Then
    assertThat(refusal(admission))
        .isEqualTo(
            Reply.failed(Failure.NOT_READY, "the function cannot run: its code does not load"));
  }

  @Test
  void waitingCallsAreRefusedWhenTheFunctionFails() throws Exception {
    // Given
    update(Fixtures.deploying("starting"));
    FutureTask<Admission> call = waiting();

    // When
    update(Fixtures.failed("no memory"));

    // Then
    assertThat(refusal(get(call)).message()).contains("no memory");
  }

  @Test
  void anExpiredCallSaysWhatItWaitedFor() throws Exception {
    // Given
    update(Fixtures.deploying("its instance ended with exit code 1"));

    // When
    Admission admission =
        lane.admit(until(Instant.now().plus(SOON)), Fixtures.SYNC, Turns.Turn.NOT_NEEDED);

    // Then
    assertThat(refusal(admission))
        .isEqualTo(
            Reply.failed(
                Failure.EXPIRED,
                "the call waited until its deadline and was not run, since the function is not ready: its"
                    + " instance ended with exit code 1"));
  }

  @Test
  void aCallOfAFunctionThatStaysUnknownEndsAsUnknown() throws Exception {
    assertThat(lane.admit(until(Instant.now().plus(SOON)), Fixtures.SYNC, Turns.Turn.NOT_NEEDED))
        .isEqualTo(new Admission.Unknown());
  }

  @Test
  void aCallWaitsUntilItsDeadlineOnceItsFunctionBecomesKnown() throws Exception {
    // Given
    Instant grace = Instant.now().plusMillis(500);
    Instant deadline = Instant.now().plus(LONG);
    FutureTask<Admission> call =
        waiting(() ->
            lane.admit(
                known -> known.isPresent() ? deadline : grace,
                Fixtures.SYNC,
                Turns.Turn.NOT_NEEDED));
    update(Fixtures.deploying("starting"));

    // When
    await().until(() -> Instant.now().isAfter(grace.plus(SOON)));

    // Then
    assertThat(call.isDone()).isFalse();
    update(Fixtures.ready(1, Fixtures.instance("a")));
    assertThat(granted(get(call)).id()).isEqualTo("a");
  }

  @Test
  void aCallThatIsReadAfterItsDeadlineIsNotRun() throws Exception {
    // Given
    update(Fixtures.ready(1, Fixtures.instance("a")));

    // When
    Admission admission =
        lane.admit(until(Instant.now().minusMillis(1)), Fixtures.SYNC, Turns.Turn.NOT_NEEDED);

    // Then
    assertThat(refusal(admission).failure()).isEqualTo(Failure.EXPIRED);
    assertThat(takeInstance().id()).isEqualTo("a");
  }

  @Test
  void anExpiredCallGetsNoInstance() throws Exception {
    // Given
    update(Fixtures.ready(1, Fixtures.instance("a")));
    PooledInstance instance = takeInstance();
    lane.admit(until(Instant.now().plus(SOON)), Fixtures.SYNC, Turns.Turn.NOT_NEEDED);

    // When
    lane.releaseUnused(instance, CallKind.SYNC);

    // Then
    assertThat(
            granted(
                    lane.admit(
                        until(Instant.now().plus(SOON)), Fixtures.SYNC, Turns.Turn.NOT_NEEDED))
                .id())
        .isEqualTo("a");
  }

  @Test
  void anInterruptedCallGetsNoInstance() throws Exception {
    // Given
    update(Fixtures.ready(1, Fixtures.instance("a")));
    PooledInstance instance = takeInstance();
    FutureTask<Admission> call = waiting();
    threads.getLast().interrupt();
    await().until(call::isDone);

    // When
    lane.releaseUnused(instance, CallKind.SYNC);

    // Then
    assertThat(
            granted(
                    lane.admit(
                        until(Instant.now().plus(SOON)), Fixtures.SYNC, Turns.Turn.NOT_NEEDED))
                .id())
        .isEqualTo("a");
  }

  @Test
  void aCallOverTheBoundOfWaitingCallsIsRefusedAtOnce() throws Exception {
    // Given
    update(Fixtures.deploying("starting"));
    for (int i = 0; i < MAX_WAITING; i++) {
      var _ = waiting();
    }

    // When
    Admission admission = take();

    // Then
    assertThat(refusal(admission).failure()).isEqualTo(Failure.OVERLOADED);
    assertThat(refusal(admission).message()).startsWith("3 calls of this function wait already");
  }

  private Admission takeAsync() throws InterruptedException {
    return lane.admit(until(Instant.now().plus(LONG)), Fixtures.ASYNC, Turns.Turn.NOT_NEEDED);
  }

  @Test
  void aSynchronousCallIsServedBeforeAsynchronousOnes() throws Exception {
    // Given
    update(Fixtures.ready(1, Fixtures.instance("a")));
    PooledInstance instance = takeInstance();
    FutureTask<Admission> async = waiting(this::takeAsync);
    FutureTask<Admission> sync = waiting();

    // When
    lane.releaseUnused(instance, CallKind.SYNC);

    // Then
    assertThat(granted(get(sync)).id()).isEqualTo("a");
    assertThat(async.isDone()).isFalse();
    lane.releaseUnused(instance, CallKind.SYNC);
    assertThat(granted(get(async)).id()).isEqualTo("a");
  }

  private Admission takeAsync(Instant accepted) throws InterruptedException {
    return lane.admit(
        until(Instant.now().plus(LONG)),
        new Priority(CallKind.ASYNC, accepted),
        Turns.Turn.NOT_NEEDED);
  }

  @Test
  void anOldCallThatComesBackTakesThePlaceOfTheYoungestOne() throws Exception {
    // Given
    Instant now = Instant.now();
    update(Fixtures.ready(1, Fixtures.instance("a")));
    PooledInstance instance = takeInstance();
    FutureTask<Admission> youngest = waiting(() -> takeAsync(now.plusSeconds(MAX_WAITING)));
    for (int i = 1; i < MAX_WAITING; i++) {
      int age = i;
      var _ = waiting(() -> takeAsync(now.plusSeconds(age)));
    }

    // When
    FutureTask<Admission> old = waiting(() -> takeAsync(now.minusSeconds(60)));

    // Then
    assertThat(refusal(get(youngest)).failure()).isEqualTo(Failure.OVERLOADED);
    lane.releaseUnused(instance, CallKind.SYNC);
    assertThat(granted(get(old)).id()).isEqualTo("a");
  }

  @Test
  void eachKindHasItsOwnBoundOfWaitingCalls() throws Exception {
    // Given
    update(Fixtures.deploying("starting"));
    for (int i = 0; i < MAX_WAITING; i++) {
      var _ = waiting(this::takeAsync);
    }

    // When
    FutureTask<Admission> sync = waiting();

    // Then
    assertThat(sync.isDone()).isFalse();
    assertThat(refusal(takeAsync()).failure()).isEqualTo(Failure.OVERLOADED);
  }

  @Test
  void refuseAllRefusesCallsOfBothKinds() throws Exception {
    // Given
    FutureTask<Admission> async = waiting(this::takeAsync);
    FutureTask<Admission> sync = waiting();

    // When
    lane.refuseAll(Refusals.unknownFunction("add"));

    // Then
    assertThat(refusal(get(async))).isEqualTo(refusal(get(sync)));
    assertThat(lane.isUnused()).isTrue();
  }

  @Test
  void aFreeInstanceIsGrantedAlsoIfNoCallMayWait() throws Exception {
    // Given
    Lane none = lane(0);
    none.update(Optional.of(Fixtures.ready(1, Fixtures.instance("a"))));

    // When
    Admission first =
        none.admit(until(Instant.now().plus(LONG)), Fixtures.SYNC, Turns.Turn.NOT_NEEDED);
    Admission second =
        none.admit(until(Instant.now().plus(LONG)), Fixtures.SYNC, Turns.Turn.NOT_NEEDED);

    // Then
    assertThat(granted(first).id()).isEqualTo("a");
    assertThat(refusal(second).failure()).isEqualTo(Failure.OVERLOADED);
  }

  @Test
  void aPausedInstanceGetsNoCallsDuringThePause() throws Exception {
    // Given
    update(Fixtures.ready(2, Fixtures.instance("a")));
    long start = System.nanoTime();
    release(takeInstance(), InstanceHealth.REFUSES);

    // When
    Admission early =
        lane.admit(until(Instant.now().plusMillis(5)), Fixtures.SYNC, Turns.Turn.NOT_NEEDED);
    Admission later = take();

    // Then
    assertThat(refusal(early).failure()).isEqualTo(Failure.EXPIRED);
    assertThat(granted(later).id()).isEqualTo("a");
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(InstanceHealth.REFUSES.pause);
  }

  @Test
  void anInstanceServesCallsWhileTheOtherIsPaused() throws Exception {
    // Given
    update(Fixtures.ready(2, Fixtures.instance("a"), Fixtures.instance("b")));
    PooledInstance resting = takeInstance();
    release(resting, InstanceHealth.TIMES_OUT);

    // When
    PooledInstance one = takeInstance();
    PooledInstance two = takeInstance();

    // Then
    assertThat(one.instance).isNotEqualTo(resting.instance).isEqualTo(two.instance);
  }

  @Test
  void anInstanceThatAnsweredForAnotherCallIsReportedAndGetsNoCallUntilItIsReplaced()
      throws Exception {
    // Given
    update(Fixtures.ready(2, Fixtures.instance("a")));
    PooledInstance other = takeInstance();
    release(takeInstance(), InstanceHealth.ANSWERS_OTHERS);

    // When
    release(other, InstanceHealth.SERVES);
    Admission early =
        lane.admit(until(Instant.now().plus(SOON)), Fixtures.SYNC, Turns.Turn.NOT_NEEDED);

    // Then
    assertThat(reports).containsExactly("a: no reason");
    assertThat(refusal(early).failure()).isEqualTo(Failure.EXPIRED);
    update(Fixtures.ready(2, Fixtures.instance("b")));
    assertThat(takeInstance().id()).isEqualTo("b");
  }

  @Test
  void aCallThatExpiresWhileAllInstancesFailSaysSo() throws Exception {
    // Given
    update(Fixtures.ready(1, Fixtures.instance("a")));
    release(takeInstance(), InstanceHealth.TIMES_OUT);

    // When
    Admission admission =
        lane.admit(until(Instant.now().plus(SOON)), Fixtures.SYNC, Turns.Turn.NOT_NEEDED);

    // Then
    assertThat(refusal(admission).message())
        .endsWith("since the function's instances do not serve calls");
  }

  @Test
  void anAsynchronousCallOccupiesNoSlotWhileItMayNotStart() throws Exception {
    // Given
    AsyncLimit one = new AsyncLimit(() -> 1, System::nanoTime, 1);
    one.syncSeen();
    Lane first =
        new Lane(
            new InstancePool(parts::of, this::client),
            one,
            deadlines,
            MAX_WAITING,
            (_, _) -> {},
            new FunctionUse(FunctionCalls.unread(), () -> {}, (_, _) -> {}));
    Lane second =
        new Lane(
            new InstancePool(parts::of, this::client),
            one,
            deadlines,
            MAX_WAITING,
            (_, _) -> {},
            new FunctionUse(FunctionCalls.unread(), () -> {}, (_, _) -> {}));
    first.update(Optional.of(Fixtures.ready(1, Fixtures.instance("a"))));
    second.update(Optional.of(Fixtures.ready(1, Fixtures.instance("b"))));
    PooledInstance running =
        granted(
            first.admit(until(Instant.now().plus(LONG)), Fixtures.ASYNC, Turns.Turn.NOT_NEEDED));
    FutureTask<Admission> async =
        waiting(() ->
            second.admit(until(Instant.now().plus(LONG)), Fixtures.ASYNC, Turns.Turn.NOT_NEEDED));

    // When
    PooledInstance sync =
        granted(
            second.admit(until(Instant.now().plus(LONG)), Fixtures.SYNC, Turns.Turn.NOT_NEEDED));

    // Then
    second.releaseUnused(sync, CallKind.SYNC);
    assertThat(async.isDone()).isFalse();
    first.releaseUnused(running, CallKind.ASYNC);
    assertThat(granted(get(async)).id()).isEqualTo("b");
  }

  @Test
  void anAsynchronousCallThatIsHeldBackExpiresWithThatReason() throws Exception {
    // Given
    AsyncLimit one = new AsyncLimit(() -> 1, System::nanoTime, 1);
    one.syncSeen();
    Lane lane =
        new Lane(
            new InstancePool(parts::of, this::client),
            one,
            deadlines,
            MAX_WAITING,
            (_, _) -> {},
            new FunctionUse(FunctionCalls.unread(), () -> {}, (_, _) -> {}));
    lane.update(Optional.of(Fixtures.ready(2, Fixtures.instance("a"))));
    granted(lane.admit(until(Instant.now().plus(LONG)), Fixtures.ASYNC, Turns.Turn.NOT_NEEDED));

    // When
    Admission admission =
        lane.admit(until(Instant.now().plus(SOON)), Fixtures.ASYNC, Turns.Turn.NOT_NEEDED);

    // Then
    assertThat(refusal(admission).message()).endsWith("since " + Refusals.HELD_BACK);
  }

  private InstanceClient client(Instance instance, FunctionState state) {
    return new InstanceClient(deadlines, instance, state.spec().limits().concurrency());
  }

  @Test
  void waitingCallsOfADeletedFunctionAreRefused() throws Exception {
    // Given
    FutureTask<Admission> call = waiting();

    // When
    lane.refuseAll(Refusals.unknownFunction("add"));

    // Then
    assertThat(refusal(get(call)))
        .isEqualTo(Reply.failed(Failure.NOT_FOUND, "there is no function 'add'"));
  }

  @Test
  void aReplacedInstanceGetsNoCallsAndItsSuccessorDoes() throws Exception {
    // Given
    update(Fixtures.ready(1, Fixtures.instance("a")));
    PooledInstance old = takeInstance();

    // When
    update(Fixtures.ready(1, Fixtures.instance("b")));

    // Then
    assertThat(takeInstance().id()).isEqualTo("b");
    lane.releaseUnused(old, CallKind.SYNC);
    assertThat(
            refusal(
                    lane.admit(
                        until(Instant.now().plus(SOON)), Fixtures.SYNC, Turns.Turn.NOT_NEEDED))
                .failure())
        .isEqualTo(Failure.EXPIRED);
  }

  @Test
  void anInstanceThatStaysKeepsItsClientAndItsCalls() throws Exception {
    // Given
    update(Fixtures.ready(1, Fixtures.instance("a")));
    PooledInstance held = takeInstance();
    InstanceClient client = clients.get("a");

    // When
    update(Fixtures.ready(1, Fixtures.instance("a"), Fixtures.instance("b")));

    // Then
    assertThat(takeInstance().id()).isEqualTo("b");
    assertThat(held.client).isSameAs(client).isSameAs(clients.get("a"));
    assertThat(
            refusal(
                    lane.admit(
                        until(Instant.now().plus(SOON)), Fixtures.SYNC, Turns.Turn.NOT_NEEDED))
                .failure())
        .isEqualTo(Failure.EXPIRED);
  }

  @Test
  void aReplacedInstancesIdleConnectionsAreDropped() throws Exception {
    // Given
    try (FakeDriver driver = FakeDriver.overTcp()) {
      driver.answer(200, "{\"result\":1}");
      update(Fixtures.ready(1, driver.instance()));
      PooledInstance instance = takeInstance();
      instance.client.run(Fixtures.json("{}"), Instant.now().plus(LONG), Duration.ofSeconds(5));
      lane.releaseUnused(instance, CallKind.SYNC);
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
  void anInstanceThatIsGrantedAtTheMomentOfExpiryIsUsed() throws Exception {
    // Given
    CountDownLatch expired = new CountDownLatch(1);
    Lane slow =
        lane(
            (instance, _) -> {
              awaitUnchecked(expired);
              return new InstanceClient(deadlines, instance, 1);
            },
            MAX_WAITING);
    FutureTask<Admission> call =
        waiting(() ->
            slow.admit(until(Instant.now().plusMillis(400)), Fixtures.SYNC, Turns.Turn.NOT_NEEDED));
    Thread caller = threads.getLast();

    // When
    Thread updater =
        Thread.ofVirtual()
            .start(() -> slow.update(Optional.of(Fixtures.ready(1, Fixtures.instance("a")))));
    // The call has expired and waits for the lane's lock, which the update holds.
    await()
        .pollInterval(Duration.ofMillis(1))
        .until(() -> Fixtures.isIn(caller, Lane.class, "lockedGet"));
    expired.countDown();

    // Then
    assertThat(granted(get(call)).id()).isEqualTo("a");
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
  void underStressNoInstanceHasTooManyCallsAndEveryCallIsServed() throws Exception {
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
                  PooledInstance instance =
                      granted(
                          busy.admit(
                              until(Instant.now().plus(LONG)),
                              Fixtures.SYNC,
                              Turns.Turn.NOT_NEEDED));
                  String id = instance.id();
                  int now = inUse.computeIfAbsent(id, _ -> new AtomicInteger()).incrementAndGet();
                  most.computeIfAbsent(id, _ -> new AtomicInteger())
                      .accumulateAndGet(now, Math::max);
                  LockSupport.parkNanos(100_000);
                  inUse.computeIfAbsent(id, _ -> new AtomicInteger()).decrementAndGet();
                  boolean rests = ThreadLocalRandom.current().nextInt(20) == 0;
                  busy.release(
                      instance,
                      CallKind.SYNC,
                      new RunOutcome.NotStarted(
                          "", rests ? InstanceHealth.REFUSES : InstanceHealth.SERVES),
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

  private static TopicPartition partitionOf(int part) {
    return new TopicPartition("fob.call", new Parts(Fixtures.ID, 2, PARTITIONS).partition(part));
  }

  private void own(int part) {
    parts.add(List.of(partitionOf(part)));
    lane.partsChanged();
  }

  private void lose(int part) {
    parts.remove(List.of(partitionOf(part)));
    lane.partsChanged();
  }

  private static FunctionState twoParts() {
    return Fixtures.state(
        new FunctionStatus.Ready(
            List.of(Fixtures.instance("zero"), Fixtures.instance("one").of(1))),
        Fixtures.spread(2));
  }

  @Test
  void aCallGetsOnlyAnInstanceOfAPartThatThisInvokerOwns() throws Exception {
    // Given
    own(1);
    update(twoParts());
    PooledInstance first = takeInstance();
    assertThat(first.id()).isEqualTo("one");

    // When
    FutureTask<Admission> second = waiting();
    own(0);

    // Then
    assertThat(granted(second.get()).id()).isEqualTo("zero");
  }

  @Test
  void aPartThatHasMovedAwayGetsNoFurtherCalls() throws Exception {
    // Given
    update(twoParts());
    own(0);
    own(1);
    PooledInstance first = takeInstance();
    PooledInstance second = takeInstance();
    assertThat(Set.of(first.id(), second.id())).isEqualTo(Set.of("zero", "one"));

    // When
    lose(0);
    FutureTask<Admission> third = waiting();
    release(first.id().equals("zero") ? first : second, InstanceHealth.SERVES);

    // Then
    assertThat(lane.admit(until(Instant.now().plus(SOON)), Fixtures.SYNC, Turns.Turn.NOT_NEEDED))
        .isInstanceOf(Admission.Refused.class);
    release(first.id().equals("one") ? first : second, InstanceHealth.SERVES);
    assertThat(granted(third.get()).id()).isEqualTo("one");
  }

  @Test
  void aCallWaitsForAnInstanceOfItsPartAndHearsAtItsDeadlineThatThereWasNone() throws Exception {
    // Given
    own(1);
    update(
        Fixtures.state(
            new FunctionStatus.Ready(List.of(Fixtures.instance("zero"))), Fixtures.spread(2)));

    // When
    Admission late =
        lane.admit(until(Instant.now().plus(SOON)), Fixtures.SYNC, Turns.Turn.NOT_NEEDED);

    // Then
    assertThat(refusal(late).message()).contains("part of the function has no instance");
  }

  /** Their records belong to another invoker, so none of them is sent. */
  @Test
  void callsThatWaitWhenTheLastPartMovesAwayNeedNotWaitLonger() throws Exception {
    // Given
    own(1);
    update(
        Fixtures.state(
            new FunctionStatus.Ready(List.of(Fixtures.instance("zero"))), Fixtures.spread(2)));
    FutureTask<Admission> call = waiting();

    // When
    lose(1);

    // Then
    assertThat(granted(call.get()).id()).isEqualTo("zero");
  }
}
