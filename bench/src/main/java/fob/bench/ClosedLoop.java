package fob.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;

/**
 * A load generator with a fixed number of clients. Each client makes its next call when it has the
 * reply to the previous one. The run ends even if replies do not come. An instance is used once.
 */
final class ClosedLoop {

  private static final long MOST_NANOS = TimeUnit.MINUTES.toNanos(2);
  private static final int DIGITS = 3;
  private static final Duration LAST_REPLY = Duration.ofSeconds(60);

  private final Target target;
  private final Duration time;
  private final CountDownLatch begin = new CountDownLatch(1);
  private final AtomicInteger errors = new AtomicInteger();
  private final AtomicReference<String> firstError = new AtomicReference<>("");
  private volatile long end;

  private ClosedLoop(Target target, Duration time) {
    this.target = target;
    this.time = time;
  }

  /**
   * The outcome of a run.
   *
   * @param latencies the latencies of the calls that succeeded, in ns
   * @param errors the number of clients that ended because a call failed
   * @param firstError the first error; empty if there was none
   * @param time how long the run took
   */
  record Outcome(Histogram latencies, int errors, String firstError, Duration time) {}

  /**
   * Connects all clients and makes calls for {@code time}. Blocks until the last replies are there,
   * for 60 s more at most.
   *
   * @throws IOException if a client cannot connect
   */
  static Outcome run(Target target, int clients, Duration time)
      throws IOException, InterruptedException {
    return new ClosedLoop(target, time).run(clients);
  }

  private Outcome run(int clients) throws IOException, InterruptedException {
    List<Target.Client> callers = new ArrayList<>();
    try {
      while (callers.size() < clients) {
        callers.add(target.client());
      }
      return run(callers);
    } finally {
      callers.forEach(Target.Client::close);
    }
  }

  private Outcome run(List<Target.Client> callers) throws InterruptedException {
    List<Histogram> histograms = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (Target.Client client : callers) {
      Histogram latencies = new Histogram(MOST_NANOS, DIGITS);
      histograms.add(latencies);
      // A platform thread is woken directly by its reply, not through a poller and a carrier
      // thread.
      threads.add(Thread.ofPlatform().daemon().start(() -> callUntilEnd(client, latencies)));
    }
    long start = System.nanoTime();
    end = start + time.toNanos();
    begin.countDown();
    awaitLastReplies(threads);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    Histogram sum = new Histogram(MOST_NANOS, DIGITS);
    histograms.forEach(sum::add);
    return new Outcome(sum, errors.get(), firstError.get(), took);
  }

  private void awaitLastReplies(List<Thread> threads) throws InterruptedException {
    long patience = System.nanoTime() + time.plus(LAST_REPLY).toNanos();
    for (Thread thread : threads) {
      if (!thread.join(Duration.ofNanos(Math.max(1, patience - System.nanoTime())))) {
        thread.interrupt(); // its call fails, which counts as an error
        thread.join();
      }
    }
  }

  private void callUntilEnd(Target.Client client, Histogram latencies) {
    try {
      begin.await();
      long now = System.nanoTime();
      while (now < end) {
        client.call();
        long then = now;
        now = System.nanoTime();
        latencies.recordValue(Math.min(now - then, MOST_NANOS));
      }
    } catch (Exception e) {
      errors.incrementAndGet();
      firstError.compareAndSet("", e.toString());
    }
  }
}
