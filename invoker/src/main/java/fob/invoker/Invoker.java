package fob.invoker;

import fob.bus.Bus;
import fob.bus.Group;
import fob.bus.GroupMembers;
import fob.bus.GroupWatch;
import fob.bus.log.LogPublisher;
import fob.bus.loop.ConsumerLoop;
import fob.bus.loop.HandOver;
import fob.bus.loop.Intake;
import fob.bus.loop.Ownership;
import fob.bus.table.FunctionTable;
import fob.bus.wire.PartChoice;
import fob.bus.wire.Topics;
import fob.call.AsyncCall;
import fob.call.Call;
import fob.service.Service;
import fob.service.WarmUp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
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
  private volatile @Nullable ConsumerLoop calls;
  private volatile @Nullable GroupWatch groups;
  private volatile WarmUp warmUp = WarmUp.none();

  private Invoker() {}

  /** See {@link #start(InvokerConfig, Bus, Consumer)}. */
  public static Invoker start(InvokerConfig config, Bus bus) throws InterruptedException {
    return start(config, bus, _ -> {});
  }

  /**
   * Starts an invoker and returns once it reads calls. Fob's topics must exist. Waits, without a
   * limit, while invokers of the version before read calls; and for 10 s at most, to warm up, while
   * other invokers do.
   *
   * @param bus not closed by the invoker
   * @param waiting gets what this waits for, in one sentence
   * @throws IllegalStateException if the functions, or the notes of invokers that hand partitions
   *     over, cannot be read from Kafka within 60 s each
   * @throws org.apache.kafka.common.KafkaException if Kafka does not tell whether there are
   *     invokers of the version before
   */
  public static Invoker start(InvokerConfig config, Bus bus, Consumer<String> waiting)
      throws InterruptedException {
    Invoker invoker = new Invoker();
    try {
      invoker.run(config, bus, waiting);
      return invoker;
    } catch (RuntimeException | InterruptedException e) {
      invoker.close();
      throw e;
    }
  }

  private void run(InvokerConfig config, Bus bus, Consumer<String> waiting)
      throws InterruptedException {
    BusWriter writer = parts.add(new BusWriter(bus.producer()));
    BusWriter bulk = parts.add(new BusWriter(bus.bulkProducer()));
    AsyncLimit asyncLimit = parts.add(AsyncLimit.start(bus.loops().loop("async-limit")));
    ReplyTopics replyTopics = ReplyTopics.of(parts.add(bus.admin()));
    InstanceReports reports = new InstanceReports(writer, System::nanoTime);
    Map<String, Integer> partitions = bus.partitions(Group.SHARDS.topics());
    Lanes lanes =
        new Lanes(
            new OwnedParts(Objects.requireNonNull(partitions.get(Topics.CALL.name()))),
            asyncLimit,
            config.maxWaiting(),
            reports,
            bus.metrics().calls());
    FunctionTable functions =
        parts.add(FunctionTable.withoutSchemas(bus.loops(), bus.follower(), lanes::changed));
    functions.start(Instant.now().plus(LOAD_TIMEOUT));
    HandOver handOver = parts.add(new HandOver(bus));
    handOver.start(Instant.now().plus(LOAD_TIMEOUT));

    InstantSource clock = InstantSource.system();
    ActivityPublisher.start(bus.metrics().calls(), bulk, clock);
    Observation observation =
        new Observation(CallLogs.on(parts.add(new LogPublisher(bus)), clock), bus.traces(), clock);
    CallSemantics<Call> sync = new SyncSemantics(new ReplyPublisher(writer, replyTopics));
    CallSemantics<AsyncCall> async =
        new AsyncSemantics(
            functions,
            lanes,
            new RetryRules(ThreadLocalRandom::current),
            new AsyncOutcomes(writer, bulk, new ReplyPublisher(bulk, replyTopics)),
            clock);
    PartChoice choice = PartChoice.of(functions::get, partitions);
    OwnedShards shards = parts.add(new OwnedShards(bus, config.maxKeys(), choice, writer, clock));
    shards.start();
    KeyedCalls keyed = new KeyedCalls(shards::decide, writer);
    CallRunner<Call> syncRunner =
        new CallRunner<>(
            functions, lanes, sync, new Placement(functions, choice, writer), keyed, observation);
    CallRunner<AsyncCall> asyncRunner =
        new CallRunner<>(
            functions, lanes, async, new Placement(functions, choice, bulk), keyed, observation);
    WarmUp warming =
        parts.add(
            WarmUp.start(config.warmUp(), () -> WarmUpCalls.open(bus, writer, lanes, syncRunner)));
    warmUp = warming;
    bus.earlier(Group.SHARDS).awaitEnd(waiting);
    bus.earlier(Group.RETRY).awaitEnd(waiting);
    parts.add(new DelayTiers(bus, config.member(), choice, bulk));
    if (warming.unready().isPresent()) {
      awaitWarmth(warming, config, bus, waiting);
    }
    read(
        config,
        bus,
        List.of(
            new Intake(
                Topics.CALL,
                shards.answering(WarmUpCalls.ending(warming, syncRunner::handle)),
                config.maxInFlight(),
                MAX_BYTES_IN_FLIGHT),
            new Intake(
                Topics.ASYNC,
                WarmUpCalls.ending(warming, asyncRunner::handle),
                config.maxInFlight(),
                MAX_ASYNC_BYTES_IN_FLIGHT)),
        new ConsumerLoop.Work(
            Ownership.all(List.of(lanes, shards)), Optional.of(handOver), config.drain()));
  }

  /** Waits for the end of the warm-up while other invokers run the calls. */
  private static void awaitWarmth(
      WarmUp warmUp, InvokerConfig config, Bus bus, Consumer<String> waiting)
      throws InterruptedException {
    try (GroupMembers others = new GroupMembers(bus, Group.SHARDS)) {
      if (others.hasOnlyOthers(config.member())) {
        waiting.accept("this invoker warms up");
        warmUp.awaitReady(() -> others.hasOnlyOthers(config.member()));
      }
    }
  }

  private void read(InvokerConfig config, Bus bus, List<Intake> intakes, ConsumerLoop.Work work) {
    ConsumerLoop loop =
        parts.add(
            new ConsumerLoop(
                bus.loops().loop("calls"),
                intakes,
                bus.member(Group.SHARDS, config.member()),
                work));
    calls = loop;
    loop.start();
    groups =
        parts.add(
            new GroupWatch(bus, List.of(Group.SHARDS), Map.of(Group.SHARDS.name(), loop::rejoin)));
  }

  /** Returns in one sentence why calls are not served now; empty if they are. */
  public Optional<String> unready() {
    GroupWatch known = groups;
    return known == null
        ? Optional.of("this invoker is starting")
        : known.problem().or(warmUp::unready);
  }

  /**
   * Stops reading calls, waits for the calls in flight within {@link InvokerConfig#drain}, and
   * stops. Blocks.
   */
  @Override
  public void close() {
    ConsumerLoop reading = calls;
    if (reading != null) {
      reading.stop();
    }
    parts.close();
  }
}
