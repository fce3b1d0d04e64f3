package fob.invoker;

import static java.util.Comparator.comparingLong;

import fob.bus.wire.ActivityWire;
import fob.metrics.Activity;
import fob.metrics.CallMetrics;
import fob.metrics.FunctionActivity;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes to {@code fob.activity} at the end of each step what happened to calls in it. It takes
 * that from the counts that {@code /metrics} shows. Nothing runs and nothing is written while there
 * are no calls. Thread-safe.
 */
final class ActivityPublisher {

  /** The functions with the most calls; a record has some 150 bytes for each. */
  static final int MOST_FUNCTIONS = 1_000;

  private final CallMetrics calls;
  private final Consumer<ProducerRecord<String, byte[]>> writer;
  private final InstantSource clock;
  private final BiConsumer<Duration, Runnable> later;
  private final AtomicBoolean isPlanned = new AtomicBoolean();

  /**
   * @param writer may block
   * @param later runs a task after a delay, on a thread that may block
   */
  ActivityPublisher(
      CallMetrics calls,
      Consumer<ProducerRecord<String, byte[]>> writer,
      InstantSource clock,
      BiConsumer<Duration, Runnable> later) {
    this.calls = calls;
    this.writer = writer;
    this.clock = clock;
    this.later = later;
  }

  /** Publishes from now on, until the writer is closed. */
  static void start(CallMetrics calls, BusWriter writer, InstantSource clock) {
    var publisher =
        new ActivityPublisher(
            calls,
            record -> writer.write(record, (_, _) -> null, () -> {}),
            clock,
            (delay, task) ->
                CompletableFuture.delayedExecutor(
                        delay.toMillis(), TimeUnit.MILLISECONDS, Thread::startVirtualThread)
                    .execute(task));
    calls.onActivity(publisher::plan);
  }

  /** There are calls in this step: it is to be published when it ends. */
  void plan() {
    if (!isPlanned.get() && isPlanned.compareAndSet(false, true)) {
      Instant now = clock.instant();
      Instant step = Activity.stepOf(now);
      later.accept(Duration.between(now, step.plus(Activity.STEP)), () -> publish(step));
    }
  }

  private void publish(Instant step) {
    isPlanned.set(false); // first: a call that comes from now on is published with its own step
    List<FunctionActivity> functions = calls.take();
    if (!functions.isEmpty()) {
      writer.accept(ActivityWire.encode(new Activity(step, busiest(functions))));
    }
  }

  private static List<FunctionActivity> busiest(List<FunctionActivity> functions) {
    return functions.size() <= MOST_FUNCTIONS
        ? functions
        : functions.stream()
            .sorted(comparingLong(FunctionActivity::calls).reversed())
            .limit(MOST_FUNCTIONS)
            .toList();
  }
}
