package fob.service;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes calls that nobody asked for, one after another, when a service has started: so the JVM has
 * compiled the code that handles them before users call. It ends by itself, and with the first call
 * of a user. A call that fails ends it too, since the service works without it. Thread-safe.
 */
public final class WarmUp implements AutoCloseable {

  /** When a service warms itself up. */
  public enum When {
    /** Not at all. */
    NEVER,
    /** At once, for 10 s at most. The service is not ready meanwhile. */
    BEFORE_READY,
    /** While the machine has nothing else to do, for 2 min at most. */
    WHEN_IDLE;

    /** Reads {@code FOB_WARM_UP}; the environment collects the problems. */
    public static When from(Env env) {
      return env.flag(
              "FOB_WARM_UP", "whether to warm up before it is ready, for 10 s at most", true)
          ? BEFORE_READY
          : NEVER;
    }
  }

  /** What a warm-up calls. Used by one thread. */
  public interface Caller extends AutoCloseable {

    /** Makes a call and blocks until it has its reply, for some seconds at most. */
    void call() throws Exception;

    /** Runs once, when no further call is made. */
    @Override
    void close();
  }

  /** Blocks until the next call may be made; returns false if none is wanted any more. */
  @FunctionalInterface
  interface Pace {
    boolean await(BooleanSupplier isWanted) throws InterruptedException;
  }

  static final int MOST_CALLS = 10_000;

  private static final Duration BEFORE_READY = Duration.ofSeconds(10);
  private static final Duration WHEN_IDLE = Duration.ofMinutes(2);
  private static final Duration ASK_EVERY = Duration.ofMillis(500);
  private static final Duration CLOSE = Duration.ofSeconds(3);
  private static final int LONGEST_REASON = 300;
  private static final Logger LOGGER = LoggerFactory.getLogger(WarmUp.class);

  private final When when;
  private final long endNanos;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean isStopped;

  private WarmUp(When when, Duration atMost) {
    this.when = when;
    this.endNanos = System.nanoTime() + atMost.toNanos();
  }

  /** Returns a warm-up that has ended. */
  public static WarmUp none() {
    WarmUp none = new WarmUp(When.NEVER, Duration.ZERO);
    none.ended.countDown();
    return none;
  }

  /**
   * Starts a warm-up of 10,000 calls at most, on a thread of its own.
   *
   * @param opening runs on that thread, and not if the service does not warm itself up
   */
  public static WarmUp start(When when, Callable<? extends Caller> opening) {
    return switch (when) {
      case NEVER -> none();
      case BEFORE_READY -> start(when, BEFORE_READY, BooleanSupplier::getAsBoolean, opening);
      case WHEN_IDLE -> start(when, WHEN_IDLE, IdleProcessors.ofMachine()::await, opening);
    };
  }

  static WarmUp start(When when, Duration atMost, Pace pace, Callable<? extends Caller> opening) {
    WarmUp warmUp = new WarmUp(when, atMost);
    Thread.ofVirtual().name("fob-warm-up").start(() -> warmUp.run(pace, opening));
    return warmUp;
  }

  private void run(Pace pace, Callable<? extends Caller> opening) {
    try (Caller caller = opening.call()) {
      for (int calls = 0; calls < MOST_CALLS && pace.await(this::isRunning); calls++) {
        caller.call();
      }
    } catch (Exception e) {
      if (!isStopped) {
        LOGGER.atInfo().log(
            "the warm-up ends early: {}", Text.printable(e.toString(), LONGEST_REASON));
      }
    } finally {
      ended.countDown();
    }
  }

  /** Says that the service is not ready because of this; empty if that is not so. */
  public Optional<String> unready() {
    return when == When.BEFORE_READY && isRunning()
        ? Optional.of("it warms up, which takes %d s at most".formatted(BEFORE_READY.toSeconds()))
        : Optional.empty();
  }

  /** Returns whether calls are made, or may be made. False at the latest when the time is over. */
  public boolean isRunning() {
    return !isStopped && ended.getCount() > 0 && System.nanoTime() - endNanos < 0;
  }

  /** Ends the warm-up: no further call begins. Does not block. */
  public void stop() {
    isStopped = true;
  }

  /** Says whether to wait for longer. May block. */
  @FunctionalInterface
  public interface MayWait {
    boolean test() throws InterruptedException;
  }

  /**
   * If the service is not ready before, blocks until the warm-up has ended or its time is over, but
   * only while the service may wait.
   *
   * @param mayWait asked at first and then every half a second
   */
  public void awaitReady(MayWait mayWait) throws InterruptedException {
    while (when == When.BEFORE_READY && isRunning() && mayWait.test()) {
      var _ =
          ended.await(
              Math.min(ASK_EVERY.toNanos(), endNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    }
  }

  /** Ends the warm-up, and waits up to 3 s for a call that has begun. */
  @Override
  public void close() {
    stop();
    try {
      var _ = ended.await(CLOSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
