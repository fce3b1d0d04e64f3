package fob.invoker;

import fob.bus.Bus;
import fob.bus.Group;
import fob.bus.GroupWatch;
import fob.bus.loop.ConsumerLoop;
import fob.bus.loop.HandOver;
import fob.bus.loop.Ownership;
import fob.bus.table.FunctionTable;
import fob.bus.wire.Topics;
import fob.call.AsyncCall;
import fob.call.Call;
import fob.service.Service;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The invoker: reads calls from Kafka, runs them in instances, and writes the replies to Kafka. All
 * methods may be called by any thread.
 */
public final class Invoker implements AutoCloseable {

  private static final long MAX_BYTES_IN_FLIGHT = 128L * 1024 * 1024;
  private static final long MAX_ASYNC_BYTES_IN_FLIGHT = 64L * 1024 * 1024;
  private static final Duration LOAD_TIMEOUT = Duration.ofSeconds(60);

  private final Service parts = new Service();
  private final List<ConsumerLoop> loops = new CopyOnWriteArrayList<>();
  private volatile @Nullable GroupWatch groups;

  private Invoker() {}

  /**
   * Starts an invoker and returns once it reads calls. Fob's topics must exist.
   *
   * @param bus not closed by the invoker
   * @throws IllegalStateException if the functions, or the notes of invokers that hand partitions
   *     over, cannot be read from Kafka within 60 s each
   */
  public static Invoker start(InvokerConfig config, Bus bus) throws InterruptedException {
    Invoker invoker = new Invoker();
    try {
      BusWriter writer = invoker.parts.add(new BusWriter(bus.producer()));
      BusWriter bulk = invoker.parts.add(new BusWriter(bus.bulkProducer()));
      AsyncLimit asyncLimit = invoker.parts.add(AsyncLimit.start(bus.loops().loop("async-limit")));
      ReplyPublisher replies =
          new ReplyPublisher(writer, ReplyTopics.of(invoker.parts.add(bus.admin())));
      InstanceReports reports = new InstanceReports(writer, System::nanoTime);
      Lanes lanes = new Lanes(asyncLimit, config.maxWaiting(), reports);
      FunctionTable functions = invoker.parts.add(new FunctionTable(bus, lanes::changed));
      functions.start(Instant.now().plus(LOAD_TIMEOUT));
      HandOver handOver = invoker.parts.add(new HandOver(bus));
      handOver.start(Instant.now().plus(LOAD_TIMEOUT));
      InstantSource clock = InstantSource.system();
      CallRunner<Call> syncRunner =
          new CallRunner<>(functions, lanes, new SyncSemantics(replies), clock);
      CallRunner<AsyncCall> asyncRunner =
          new CallRunner<>(
              functions,
              lanes,
              new AsyncSemantics(
                  functions,
                  lanes,
                  new RetryRules(ThreadLocalRandom::current),
                  new AsyncOutcomes(writer, bulk, replies),
                  clock),
              clock);
      invoker.parts.add(new DelayTiers(bus, config.member(), bulk));
      ConsumerLoop asyncCalls =
          invoker.parts.add(
              new ConsumerLoop(
                  bus.loops().loop("async"),
                  Topics.ASYNC,
                  bus.member(Group.ASYNC_CALLS.name(), config.member()),
                  new ConsumerLoop.Bounds(
                      config.maxInFlight(), MAX_ASYNC_BYTES_IN_FLIGHT, config.drain()),
                  new ConsumerLoop.Work(
                      asyncRunner::handle, Ownership.IGNORED, Optional.of(handOver))));
      ConsumerLoop calls =
          invoker.parts.add(
              new ConsumerLoop(
                  bus.loops().loop("calls"),
                  Topics.CALL,
                  bus.member(Group.CALLS.name(), config.member()),
                  new ConsumerLoop.Bounds(
                      config.maxInFlight(), MAX_BYTES_IN_FLIGHT, config.drain()),
                  new ConsumerLoop.Work(
                      syncRunner::handle, Ownership.IGNORED, Optional.of(handOver))));
      invoker.loops.addAll(List.of(calls, asyncCalls));
      calls.start();
      asyncCalls.start();
      invoker.watch(bus, calls, asyncCalls);
      return invoker;
    } catch (RuntimeException | InterruptedException e) {
      invoker.close();
      throw e;
    }
  }

  private void watch(Bus bus, ConsumerLoop calls, ConsumerLoop asyncCalls) {
    groups =
        parts.add(
            new GroupWatch(
                bus,
                List.of(Group.CALLS, Group.ASYNC_CALLS),
                Map.of(
                    Group.CALLS.name(), calls::rejoin,
                    Group.ASYNC_CALLS.name(), asyncCalls::rejoin)));
  }

  /** Returns in one sentence why calls are not served now; empty if they are. */
  public Optional<String> unready() {
    GroupWatch known = groups;
    return known == null ? Optional.of("this invoker is starting") : known.problem();
  }

  /**
   * Stops reading calls, waits for the calls in flight within {@link InvokerConfig#drain}, and
   * stops. Blocks.
   */
  @Override
  public void close() {
    loops.forEach(ConsumerLoop::stop);
    parts.close();
  }
}
