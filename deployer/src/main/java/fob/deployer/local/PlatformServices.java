package fob.deployer.local;

import fob.deployer.Platform;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** What the functions of one platform share. Thread-safe. */
final class PlatformServices implements AutoCloseable {

  private static final Duration LONGEST_TURN = Duration.ofSeconds(3);

  private final ScheduledThreadPoolExecutor timer;
  private final ExecutorService files;
  private final ListenerNotifier news;
  private final Starts starts;
  private final HealthChecks checks;
  private final Duration startTimeout;

  /**
   * @param platform its name, for threads
   */
  PlatformServices(
      String platform,
      LocalSettings settings,
      HealthChecks.Timing timing,
      Platform.Listener listener) {
    // Once it is closed there is nothing that has to be done later.
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, thread(platform, "timer"), new ThreadPoolExecutor.DiscardPolicy());
    this.files = Executors.newSingleThreadExecutor(thread(platform, "files"));
    this.news = new ListenerNotifier(listener, InstantSource.system(), thread(platform, "status"));
    this.starts = new Starts(settings.startsAtOnce(), LONGEST_TURN, timer);
    this.checks = new HealthChecks(timing, RandomGenerator.getDefault());
    this.startTimeout = settings.startTimeout();
  }

  private static ThreadFactory thread(String platform, String name) {
    return Thread.ofPlatform().daemon().name("fob-" + platform + "-" + name).factory();
  }

  /** In a thread of its own, so that nothing that takes long holds up the timer. */
  void later(Runnable task, Duration delay) {
    var _ =
        timer.schedule(
            () -> Thread.startVirtualThread(task), delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** For the deletion of files, which takes as long as the disk wants. */
  ExecutorService files() {
    return files;
  }

  ListenerNotifier news() {
    return news;
  }

  Starts starts() {
    return starts;
  }

  HealthChecks checks() {
    return checks;
  }

  /** How long an instance may take to get ready. */
  Duration startTimeout() {
    return startTimeout;
  }

  @Override
  public void close() {
    news.close();
    timer.shutdownNow();
    files.shutdown();
  }
}
