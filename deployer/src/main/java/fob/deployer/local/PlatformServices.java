package fob.deployer.local;

import fob.deployer.Platform;
import fob.function.FunctionId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** The threads and bounds that all functions of one platform share. Thread-safe. */
final class PlatformServices implements AutoCloseable {

  private static final Duration LONGEST_TURN = Duration.ofSeconds(3);
  private static final Duration LONGEST_DELETION = Duration.ofMinutes(5);

  /** Stands for no function in the order of starts. */
  private static final FunctionId SPARE = FunctionId.random();

  private final ScheduledExecutorService timer;
  private final ExecutorService files;
  private final ListenerNotifier notifier;
  private final Starts starts;
  private final HealthChecks checks;
  private final Duration startTimeout;
  private final Platform.Listener listener;

  PlatformServices(
      PlatformThreads threads,
      LocalSettings settings,
      HealthChecks.Timing timing,
      Platform.Listener listener) {
    // A task that comes after the close is thrown away: nothing depends on it.
    this.timer = threads.timer("timer");
    this.files = threads.timer("files", LONGEST_DELETION);
    this.notifier = new ListenerNotifier(listener, InstantSource.system(), threads.timer("status"));
    this.starts = new Starts(settings.startsAtOnce(), LONGEST_TURN, timer);
    this.checks = new HealthChecks(timing, RandomGenerator.getDefault());
    this.startTimeout = settings.startTimeout();
    this.listener = listener;
  }

  /** Returns the timer. Its tasks must be quick: one thread runs all of them. */
  ScheduledExecutorService timer() {
    return timer;
  }

  /** Returns the thread that deletes files, which takes as long as the disk needs. */
  ExecutorService files() {
    return files;
  }

  /** Returns the listener, for what it is told at once. */
  Platform.Listener listener() {
    return listener;
  }

  /** Returns what tells the listener on a thread of its own. */
  ListenerNotifier notifier() {
    return notifier;
  }

  Starts starts() {
    return starts;
  }

  /**
   * Starts something that nobody waits for, on a thread of its own: after the delay, and as soon as
   * no instance of a function is starting. Others of this kind wait until it returns, for some
   * seconds at most.
   */
  void whenNothingStarts(Duration delay, Runnable work) {
    var _ =
        timer.schedule(
            () -> Thread.ofVirtual().name("fob-spare-start").start(() -> runSpare(work)),
            delay.toNanos(),
            TimeUnit.NANOSECONDS);
  }

  private void runSpare(Runnable work) {
    try (Starts.Turn turn = starts.ask(SPARE, Starts.Urgency.SPARE)) {
      turn.await();
      work.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  HealthChecks checks() {
    return checks;
  }

  /** Returns how long an instance may take to get ready. */
  Duration startTimeout() {
    return startTimeout;
  }

  @Override
  public void close() {
    notifier.close();
    timer.shutdownNow();
    files.shutdown();
  }
}
