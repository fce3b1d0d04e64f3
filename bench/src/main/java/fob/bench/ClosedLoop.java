package fob.bench;

import fob.bench.counts.Counts;
import fob.bench.counts.Meter;
import fob.bench.counts.Snapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  private static final Duration LAST_REPLY = Duration.ofSeconds(60);

  private final Target target;
  private final Duration time;
  private final CountDownLatch begin = new CountDownLatch(1);
  private final CountDownLatch leave = new CountDownLatch(1);
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
   * @param latencies the latencies of the calls that succeeded
   * @param time how long the run took
   * @param counts what the threads used meanwhile; empty without a meter
   */
  record Outcome(Histogram latencies, Duration time, Optional<Counts> counts) {}

  /**
   * Connects all clients and makes calls for {@code time}. Blocks until the last replies are there,
   * for 60 s more at most.
   *
   * @throws IOException if a client cannot connect, or a call failed; the message has the first
   *     error
   */
  static Outcome run(Target target, int clients, Duration time)
      throws IOException, InterruptedException {
    return new ClosedLoop(target, time).run(clients, Optional.empty());
  }

  /** Does the same, and counts what threads use. */
  static Outcome run(Target target, int clients, Duration time, Meter meter)
      throws IOException, InterruptedException {
    return new ClosedLoop(target, time).run(clients, Optional.of(meter));
  }

  private Outcome run(int clients, Optional<Meter> meter) throws IOException, InterruptedException {
    List<Target.Client> callers = new ArrayList<>();
    try {
      while (callers.size() < clients) {
        callers.add(target.client());
      }
      return run(callers, meter);
    } finally {
      callers.forEach(Target.Client::close);
    }
  }

  private Outcome run(List<Target.Client> callers, Optional<Meter> meter)
      throws IOException, InterruptedException {
    List<Histogram> histograms = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(callers.size());
    for (Target.Client client : callers) {
      Histogram latencies = Latencies.none();
      histograms.add(latencies);
      // A platform thread is woken directly by its reply, not through a poller and a carrier
      // thread.
      threads.add(
          Thread.ofPlatform()
              .daemon()
              .name("caller-" + threads.size())
              .start(() -> callUntilEnd(client, latencies, done)));
    }
    Optional<Snapshot> before = snapshot(meter);
    long start = System.nanoTime();
    end = start + time.toNanos();
    begin.countDown();
    awaitLastReplies(done, threads);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    Optional<Snapshot> after = snapshot(meter); // the callers still live, so they are in it
    leave.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    Histogram sum = Latencies.none();
    histograms.forEach(sum::add);
    requireNoErrors(callers.size(), sum.getTotalCount());
    return new Outcome(sum, took, counts(meter, before, after, sum.getTotalCount()));
  }

  private static Optional<Snapshot> snapshot(Optional<Meter> meter) throws IOException {
    return meter.isPresent() ? Optional.of(meter.get().now()) : Optional.empty();
  }

  private Optional<Counts> counts(
      Optional<Meter> meter, Optional<Snapshot> before, Optional<Snapshot> after, long calls)
      throws IOException, InterruptedException {
    if (meter.isEmpty() || before.isEmpty() || after.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(meter.get().between(before.get(), after.get(), target.serving(), calls));
  }

  private void awaitLastReplies(CountDownLatch done, List<Thread> threads)
      throws InterruptedException {
    if (!done.await(time.plus(LAST_REPLY).toNanos(), TimeUnit.NANOSECONDS)) {
      threads.forEach(Thread::interrupt); // their calls fail, which counts as errors
      done.await();
    }
  }

  private void callUntilEnd(Target.Client client, Histogram latencies, CountDownLatch done) {
    try {
      begin.await();
      long now = System.nanoTime();
      while (now < end) {
        client.call();
        long then = now;
        now = System.nanoTime();
        Latencies.record(latencies, now - then);
      }
    } catch (Exception e) {
      errors.incrementAndGet();
      firstError.compareAndSet("", e.toString());
    }
    done.countDown();
    try {
      leave.await();
    } catch (InterruptedException tooSlow) {
      // its last reply came late: there is nothing left to do
    }
  }

  private void requireNoErrors(int clients, long calls) throws IOException {
    if (errors.get() > 0 || calls == 0) {
      throw new IOException(
          "%s, %d clients: %d clients failed after %d successful calls; the first error: %s"
              .formatted(target.name(), clients, errors.get(), calls, firstError.get()));
    }
  }
}
