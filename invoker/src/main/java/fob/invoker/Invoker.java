package fob.invoker;

import fob.bus.Bus;
import fob.bus.Group;
import fob.bus.GroupWatch;
import fob.bus.log.LogPublisher;
import fob.bus.loop.ConsumerLoop;
import fob.bus.loop.HandOver;
import fob.bus.loop.Ownership;
import fob.bus.loop.RecordHandler;
import fob.bus.table.FunctionTable;
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
      invoker.run(config, bus);
      return invoker;
    } catch (RuntimeException | InterruptedException e) {
      invoker.close();
      throw e;
    }
  }

  private void run(InvokerConfig config, Bus bus) throws InterruptedException {
    BusWriter writer = parts.add(new BusWriter(bus.producer()));
    BusWriter bulk = parts.add(new BusWriter(bus.bulkProducer()));
    AsyncLimit asyncLimit = parts.add(AsyncLimit.start(bus.loops().loop("async-limit")));
    ReplyPublisher replies = new ReplyPublisher(writer, ReplyTopics.of(parts.add(bus.admin())));
    InstanceReports reports = new InstanceReports(writer, System::nanoTime);
    Lanes lanes = new Lanes(asyncLimit, config.maxWaiting(), reports);
    FunctionTable functions = parts.add(new FunctionTable(bus, lanes::changed));
    functions.start(Instant.now().plus(LOAD_TIMEOUT));
    HandOver handOver = parts.add(new HandOver(bus));
    handOver.start(Instant.now().plus(LOAD_TIMEOUT));

    InstantSource clock = InstantSource.system();
    CallLogs logs = CallLogs.on(parts.add(new LogPublisher(bus)), clock);
    CallSemantics<Call> sync = new SyncSemantics(replies);
    CallSemantics<AsyncCall> async =
        new AsyncSemantics(
            functions,
            lanes,
            new RetryRules(ThreadLocalRandom::current),
            new AsyncOutcomes(writer, bulk, replies),
            clock);
    parts.add(new DelayTiers(bus, config.member(), bulk));
    ConsumerLoop asyncCalls =
        loop(
            config,
            bus,
            "async",
            Group.ASYNC_CALLS,
            MAX_ASYNC_BYTES_IN_FLIGHT,
            handOver,
            new CallRunner<>(functions, lanes, async, logs, clock)::handle);
    ConsumerLoop calls =
        loop(
            config,
            bus,
            "calls",
            Group.CALLS,
            MAX_BYTES_IN_FLIGHT,
            handOver,
            new CallRunner<>(functions, lanes, sync, logs, clock)::handle);
    loops.addAll(List.of(calls, asyncCalls));
    calls.start();
    asyncCalls.start();
    watch(bus, calls, asyncCalls);
  }

  private ConsumerLoop loop(
      InvokerConfig config,
      Bus bus,
      String name,
      Group group,
      long maxBytes,
      HandOver handOver,
      RecordHandler handler) {
    return parts.add(
        new ConsumerLoop(
            bus.loops().loop(name),
            group.topic(),
            bus.member(group.name(), config.member()),
            new ConsumerLoop.Bounds(config.maxInFlight(), maxBytes, config.drain()),
            new ConsumerLoop.Work(handler, Ownership.IGNORED, Optional.of(handOver))));
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
