package fob.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.bus.Bus;
import fob.bus.wire.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Makes synchronous calls of one function at a steady rate. It writes them to {@code fob.call} and
 * reads the replies from {@code fob.response}, as a Kafka client does. If 500 calls have no reply,
 * it waits for one: so a machine that is too slow for the rate gets as many calls as it can run. An
 * instance is used once, by one thread.
 */
final class OpenLoop implements AutoCloseable {

  /** Less than the calls of a function that may wait in an invoker, which would refuse more. */
  private static final int MOST_OPEN = 500;

  /** How much of a delay it makes up for by calls in close succession. */
  private static final long MOST_LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final byte[] NO_PARAMETERS = "{}".getBytes(UTF_8);

  private final String prefix = "bench-" + UUID.randomUUID() + "-";
  private final String function;
  private final int perSecond;
  private final Producer<String, byte[]> producer;
  private final Replies replies;
  private final Semaphore open = new Semaphore(MOST_OPEN);
  private final AtomicInteger notWritten = new AtomicInteger();
  private final AtomicInteger written = new AtomicInteger();
  private final Histogram latencies = Latencies.none();
  private long longestGap;

  OpenLoop(Bus bus, String function, int perSecond) {
    this(bus.producer(), bus.reader(), function, perSecond);
  }

  /**
   * @param reader for the replies; closed by this
   */
  OpenLoop(
      Producer<String, byte[]> producer,
      Consumer<String, byte[]> reader,
      String function,
      int perSecond) {
    this.function = function;
    this.perSecond = perSecond;
    this.producer = producer;
    this.replies = new Replies(reader, prefix);
  }

  /**
   * The figures of a run. All times are in ms.
   *
   * @param perSecond replies a second
   * @param longestGap the longest time in which no reply came
   */
  record Result(double perSecond, double p50, double p99, double max, double longestGap) {

    static Result of(Histogram latencies, Duration time, long longestGap) {
      return new Result(
          latencies.getTotalCount() / (time.toNanos() / 1e9),
          Latencies.millis(latencies, 50),
          Latencies.millis(latencies, 99),
          latencies.getMaxValue() / 1e6,
          longestGap / 1e6);
    }
  }

  /**
   * Makes calls for {@code time} and waits for all replies.
   *
   * @param patience how long to wait after the last call
   * @throws IOException if a call failed or has no reply
   */
  Result run(Duration time, Duration patience) throws IOException {
    long start = System.nanoTime();
    AtomicLongArray sent =
        new AtomicLongArray(Math.toIntExact(time.toMillis() * perSecond / 1_000));
    Thread sender =
        Thread.ofPlatform().daemon().start(() -> send(sent, start, start + time.toNanos()));
    try {
      long last = receive(sender, sent, start, start + time.plus(patience).toNanos());
      return Result.of(latencies, Duration.ofNanos(last - start), longestGap);
    } finally {
      sender.interrupt();
    }
  }

  private void send(AtomicLongArray sent, long start, long end) {
    long period = TimeUnit.SECONDS.toNanos(1) / perSecond;
    long due = start;
    try {
      for (int i = 0; i < sent.length() && due < end; i++) {
        open.acquire();
        long now = System.nanoTime();
        while (now < due) {
          LockSupport.parkNanos(due - now);
          now = System.nanoTime();
        }
        sent.set(i, now);
        send(i);
        due = Math.max(due + period, now - MOST_LATE_NANOS);
      }
    } catch (InterruptedException givenUp) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(int number) {
    ProducerRecord<String, byte[]> call =
        new ProducerRecord<>(Topics.CALL.name(), function, NO_PARAMETERS);
    call.headers().add("fob-request-id", (prefix + number).getBytes(UTF_8));
    written.incrementAndGet();
    var _ =
        producer.send(
            call,
            (_, failure) -> {
              if (failure != null) {
                notWritten.incrementAndGet();
              }
            });
  }

  /** Returns when the last reply came. */
  private long receive(Thread sender, AtomicLongArray sent, long start, long deadline)
      throws IOException {
    long last = start;
    int failed = 0;
    while (sender.isAlive() || latencies.getTotalCount() < written.get()) {
      for (Replies.Reply reply : replies.poll()) {
        long now = System.nanoTime();
        longestGap = Math.max(longestGap, now - last);
        last = now;
        Latencies.record(latencies, now - sent.get(reply.number()));
        failed += reply.status().equals("ok") ? 0 : 1;
        open.release();
      }
      if (failed + notWritten.get() > 0 || System.nanoTime() > deadline) {
        throw new IOException(
            "of %d calls %d have a reply, %d failed, %d were not written to Kafka"
                .formatted(written.get(), latencies.getTotalCount(), failed, notWritten.get()));
      }
    }
    return last;
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(1));
    replies.close();
  }
}
