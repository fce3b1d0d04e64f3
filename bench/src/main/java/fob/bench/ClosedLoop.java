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
 * A number of clients, each of which makes its next call when it has the reply to the last. Ends by
 * itself, also if replies do not come. Single use.
 */
final class ClosedLoop {

  private static final long MOST_NANOS = TimeUnit.MINUTES.toNanos(2);
  private static final int DIGITS = 3;
  private static final Duration LAST_REPLY = Duration.ofSeconds(60);

  private final Subject subject;
  private final Duration time;
  private final CountDownLatch begin = new CountDownLatch(1);
  private final AtomicInteger errors = new AtomicInteger();
  private final AtomicReference<String> firstError = new AtomicReference<>("");
  private volatile long end;

  private ClosedLoop(Subject subject, Duration time) {
    this.subject = subject;
    this.time = time;
  }

  /**
   * What came of it.
   *
   * @param latencies of the calls that succeeded, in ns
   * @param firstError empty if there was none
   */
  record Outcome(Histogram latencies, int errors, String firstError, Duration time) {}

  /**
   * Runs it: connects, then calls for {@code time}. Blocks.
   *
   * @throws IOException if a client cannot connect
   */
  static Outcome run(Subject subject, int clients, Duration time)
      throws IOException, InterruptedException {
    return new ClosedLoop(subject, time).run(clients);
  }

  private Outcome run(int clients) throws IOException, InterruptedException {
    List<Subject.Client> doors = new ArrayList<>();
    try {
      while (doors.size() < clients) {
        doors.add(subject.client());
      }
      return run(doors);
    } finally {
      doors.forEach(Subject.Client::close);
    }
  }

  private Outcome run(List<Subject.Client> doors) throws InterruptedException {
    List<Histogram> histograms = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (Subject.Client door : doors) {
      Histogram latencies = new Histogram(MOST_NANOS, DIGITS);
      histograms.add(latencies);
      // A platform thread: it is woken by its reply itself, not by way of a poller and a carrier.
      threads.add(Thread.ofPlatform().daemon().start(() -> callUntilEnd(door, latencies)));
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
        thread.interrupt(); // ends its call with an error, which counts
        thread.join();
      }
    }
  }

  private void callUntilEnd(Subject.Client door, Histogram latencies) {
    try {
      begin.await();
      long now = System.nanoTime();
      while (now < end) {
        door.call();
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
