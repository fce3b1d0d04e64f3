package fob.bus.log;

import fob.bus.Bus;
import fob.bus.wire.LogWire;
import fob.function.FunctionId;
import fob.service.KeyedRateLimit;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what functions print on {@code fob.logs}, in batches. {@link #add} never waits, also
 * while Kafka is away: then, or if a function prints too much, lines are left out, and a line says
 * how many. Thread-safe.
 */
public final class LogPublisher implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(LogPublisher.class);
  private static final Duration EVERY = Duration.ofMillis(100);
  private static final Duration CLOSE = Duration.ofSeconds(1);
  private static final Duration COMPLAIN_EVERY = Duration.ofSeconds(10);

  /** The most bytes of all functions' lines that wait to be written. */
  private static final long MOST_WAITING = 8L * 1024 * 1024;

  private final Producer<String, byte[]> producer;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final ConcurrentHashMap<FunctionId, LogQueue> queues = new ConcurrentHashMap<>();
  private final AtomicLong waiting = new AtomicLong();
  private final KeyedRateLimit complaints;
  private final ScheduledExecutorService timer;

  /** Whether a flush is to come. Nothing runs while no function prints. */
  private final AtomicBoolean isDue = new AtomicBoolean();

  public LogPublisher(Bus bus) {
    this(
        bus.bulkProducer(),
        InstantSource.system(),
        System::nanoTime,
        // A line that comes after the end is not written.
        bus.loops().timer("log-publisher"));
  }

  /**
   * @param timer calls {@link #flush}; {@link #close} ends it
   */
  LogPublisher(
      Producer<String, byte[]> producer,
      InstantSource clock,
      LongSupplier nanoTime,
      ScheduledExecutorService timer) {
    this.producer = producer;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.complaints = new KeyedRateLimit(COMPLAIN_EVERY, nanoTime);
    this.timer = timer;
  }

  /**
   * Publishes a line soon.
   *
   * @param instance the id of the instance that printed it; empty if fob wrote it
   * @param line without the line feed. One that is not in the drivers' form gets the time of now
   */
  public void add(FunctionId function, String instance, byte[] line) {
    byte[] whole = LogWire.whole(line, clock.instant());
    long now = nanoTime.getAsLong();
    boolean full = waiting.get() + whole.length > MOST_WAITING;
    queues.compute(
        function,
        (_, known) -> {
          LogQueue queue = known == null ? new LogQueue(now) : known;
          if (queue.add(instance, whole, full, now)) {
            waiting.addAndGet(whole.length);
          }
          return queue;
        });
    flushSoon();
  }

  private void flushSoon() {
    if (isDue.compareAndSet(false, true)) {
      var _ = timer.schedule((Runnable) this::flush, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /**
   * Writes everything that waits. May block while Kafka is away. A function that printed too much
   * keeps its queue for a while: until there is none, this runs again and again.
   */
  synchronized void flush() {
    isDue.set(false);
    try {
      queues.keySet().forEach(this::flush);
    } catch (RuntimeException e) {
      complain(e);
    }
    if (!queues.isEmpty()) {
      flushSoon();
    }
  }

  private void flush(FunctionId function) {
    LogQueue.Batch[] batch = {LogQueue.Batch.EMPTY};
    queues.computeIfPresent(
        function,
        (_, queue) -> {
          batch[0] = queue.take(clock.instant(), nanoTime.getAsLong());
          return queue.isIdle() ? null : queue;
        });
    waiting.addAndGet(-batch[0].bytes());
    batch[0]
        .pieces()
        .forEach(piece -> {
          try {
            var _ =
                producer.send(
                    LogWire.encode(function, piece.instance(), piece.lines()),
                    (_, failure) -> {
                      if (failure != null) {
                        lost(function, piece.lines().size(), failure);
                      }
                    });
          } catch (RuntimeException e) {
            lost(function, piece.lines().size(), e);
          }
        });
  }

  private void lost(FunctionId function, int lines, Exception why) {
    complain(why);
    queues.compute(
        function,
        (_, known) -> {
          LogQueue queue = known == null ? new LogQueue(nanoTime.getAsLong()) : known;
          queue.lost(lines);
          return queue;
        });
    flushSoon();
  }

  private void complain(Exception why) {
    if (complaints.tryAcquire("")) {
      LOGGER
          .atWarn()
          .addKeyValue("reason", String.valueOf(why.getMessage()))
          .log("lines of functions were not written to fob.logs");
    }
  }

  /** Writes what waits, within about a second if Kafka answers. */
  @Override
  public void close() {
    timer.shutdown(); // a flush that is under way is not interrupted
    flush();
    producer.close(CLOSE);
  }
}
