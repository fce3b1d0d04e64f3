package fob.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * A load generator that makes calls at a steady rate, whether or not earlier ones have replies. The
 * time of a call counts from when it was due, and not from when a client was free to make it. So a
 * stall of the target shows in all calls that were due meanwhile. An instance is used once.
 */
final class SteadyRate {

  private static final Duration BEHIND = Duration.ofSeconds(10);
  private static final Duration LAST_REPLY = Duration.ofSeconds(60);

  private final Target target;
  private final long period;
  private final long calls;
  private final AtomicLong next = new AtomicLong();
  private final AtomicLong late = new AtomicLong();
  private final AtomicReference<String> error = new AtomicReference<>("");

  private SteadyRate(Target target, int perSecond, Duration time) {
    this.target = target;
    this.period = TimeUnit.SECONDS.toNanos(1) / perSecond;
    this.calls = time.toNanos() / period;
  }

  /**
   * Times of calls, in ms.
   *
   * @param corrected from when each call was due
   * @param uncorrected from when each call was made, as a client of a closed loop sees it
   */
  record Result(int perSecond, int clients, long calls, Times corrected, Times uncorrected) {}

  /** Percentiles, in ms. */
  record Times(double p50, double p90, double p99, double p999, double max) {

    static Times of(Histogram latencies) {
      return new Times(
          Latencies.millis(latencies, 50),
          Latencies.millis(latencies, 90),
          Latencies.millis(latencies, 99),
          Latencies.millis(latencies, 99.9),
          Latencies.millis(latencies, 100));
    }
  }

  private record Recorded(Histogram corrected, Histogram uncorrected) {}

  /**
   * Makes {@code perSecond} calls a second for {@code time}.
   *
   * @param clients how many calls can be made at a time
   * @throws IOException if a call failed, or if some could not be made within 10 s more
   */
  static Result run(Target target, int clients, int perSecond, Duration time)
      throws IOException, InterruptedException {
    SteadyRate rate = new SteadyRate(target, perSecond, time);
    Recorded recorded = rate.run(clients);
    return new Result(
        perSecond,
        clients,
        recorded.corrected().getTotalCount(),
        Times.of(recorded.corrected()),
        Times.of(recorded.uncorrected()));
  }

  private Recorded run(int clients) throws IOException, InterruptedException {
    List<Target.Client> callers = new ArrayList<>();
    List<Recorded> parts = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    try {
      while (callers.size() < clients) {
        callers.add(target.client());
      }
      long start = System.nanoTime();
      for (Target.Client client : callers) {
        Recorded part = new Recorded(Latencies.none(), Latencies.none());
        parts.add(part);
        threads.add(
            Thread.ofPlatform()
                .daemon()
                .name("caller-" + threads.size())
                .start(() -> callUntilEnd(client, start, part)));
      }
      awaitEnd(threads, start);
    } finally {
      callers.forEach(Target.Client::close);
    }
    Recorded sum = new Recorded(Latencies.none(), Latencies.none());
    for (Recorded part : parts) {
      sum.corrected().add(part.corrected());
      sum.uncorrected().add(part.uncorrected());
    }
    requireAll(sum.corrected().getTotalCount(), clients);
    return sum;
  }

  private void awaitEnd(List<Thread> threads, long start) throws InterruptedException {
    long deadline = start + calls * period + BEHIND.toNanos() + LAST_REPLY.toNanos();
    for (Thread thread : threads) {
      if (!thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
        thread.interrupt(); // its call fails, which fails the run
        thread.join();
      }
    }
  }

  private void callUntilEnd(Target.Client client, long start, Recorded part) {
    long patience = start + calls * period + BEHIND.toNanos();
    try {
      for (long i = next.getAndIncrement(); i < calls; i = next.getAndIncrement()) {
        long due = start + i * period;
        long made = awaitDue(due);
        if (made > patience) {
          late.incrementAndGet();
          return;
        }
        client.call();
        long now = System.nanoTime();
        Latencies.record(part.corrected(), now - due);
        Latencies.record(part.uncorrected(), now - made);
      }
    } catch (Exception e) {
      error.compareAndSet("", e.toString());
    }
  }

  /** Returns the time, which is at or after {@code due}. */
  private static long awaitDue(long due) {
    long now = System.nanoTime();
    while (now < due) {
      LockSupport.parkNanos(due - now);
      now = System.nanoTime();
    }
    return now;
  }

  private void requireAll(long made, int clients) throws IOException {
    if (!error.get().isEmpty()) {
      throw new IOException("a call at the steady rate failed: " + error.get());
    }
    if (late.get() > 0) {
      throw new IOException(
          "%d of %d calls that were due could be made by %d clients; try a lower --rate or more --clients"
              .formatted(made, calls, clients));
    }
  }
}
