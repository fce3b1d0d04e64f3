package fob.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.bus.Bus;
import fob.bus.LogReader;
import fob.bus.loop.Delivery;
import fob.bus.loop.RecordHandler;
import fob.bus.wire.CallWire;
import fob.bus.wire.PartChoice;
import fob.bus.wire.Topics;
import fob.call.Call;
import fob.call.CallHeaders;
import fob.call.RequestIds;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.Instance;
import fob.function.Limits;
import fob.service.Service;
import fob.service.Sha256;
import fob.service.WarmUp;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Calls of a function that nobody else knows, for the warm-up of an invoker. They go the way of the
 * calls of users: a record, its {@link CallRunner}, the function's {@link Lane}, HTTP to an
 * instance, and a reply. But the records are on {@code fob.warm-up}, where no group reads them, and
 * the instance is a {@link NoOpInstance}. So no other service is needed. Used by one thread.
 */
final class WarmUpCalls implements WarmUp.Caller {

  private static final Duration REPLY = Duration.ofSeconds(3);
  private static final byte[] PARAMETERS = "{\"param1\":\"1\",\"param2\":\"1\"}".getBytes(UTF_8);
  private static final byte[] NO_CODE = {};

  private final RequestIds ids =
      new RequestIds(InstantSource.system(), ThreadLocalRandom::current, _ -> true);
  private final Service parts;
  private final BusWriter writer;
  private final Lanes lanes;
  private final FunctionState function;
  private final LogReader records;
  private final CallRunner<Call> runner;

  private WarmUpCalls(Service parts, Bus bus, BusWriter writer, Lanes lanes, CallRunner<Call> calls)
      throws IOException, InterruptedException {
    this.parts = parts;
    this.writer = writer;
    this.lanes = lanes;
    Instance instance = parts.add(NoOpInstance.start()).instance();
    this.function = new FunctionState(noOp(), new FunctionStatus.Ready(List.of(instance)));
    PartChoice choice =
        PartChoice.of(_ -> Optional.of(function), bus.partitions(List.of(Topics.WARM_UP)));
    this.runner =
        calls.with(
            new SyncSemantics(
                new ReplyPublisher(writer, new ReplyTopics(_ -> false), Topics.WARM_UP), false),
            choice);
    this.records = parts.add(bus.follower());
    TopicPartition mine =
        new TopicPartition(
            Topics.WARM_UP.name(), choice.partition(function.spec().id(), Topics.WARM_UP.name()));
    records.assign(List.of(mine));
    records.seekToEnd(List.of(mine));
    records.position(mine);
    lanes.changed(function.spec().id(), Optional.of(function));
  }

  /**
   * @param lanes gets the function until {@link #close}
   * @param calls runs the calls of users
   */
  static WarmUpCalls open(Bus bus, BusWriter writer, Lanes lanes, CallRunner<Call> calls)
      throws IOException, InterruptedException {
    Service parts = new Service();
    try {
      return new WarmUpCalls(parts, bus, writer, lanes, calls);
    } catch (IOException | InterruptedException | RuntimeException e) {
      parts.close();
      throw e;
    }
  }

  /** Returns what handles the calls of users, which end the warm-up. */
  static RecordHandler ending(WarmUp warmUp, RecordHandler calls) {
    return (record, delivery) -> {
      warmUp.stop();
      calls.handle(record, delivery);
    };
  }

  private static FunctionSpec noOp() {
    return new FunctionSpec(
        FunctionId.random(),
        "warm-up",
        null,
        new Limits(REPLY, 1, Limits.MIN_MEMORY_MIB, 1, false),
        Sha256.of(NO_CODE),
        NO_CODE.length,
        Instant.now());
  }

  @Override
  public void call() throws Exception {
    Instant deadline = Instant.now().plus(REPLY);
    Call call =
        new Call(
            ids.next(),
            function.spec().id().toString(),
            Instant.now(),
            CallHeaders.of(deadline, Call.JSON, null),
            PARAMETERS);
    CompletableFuture<Boolean> replied = new CompletableFuture<>();
    writer.write(CallWire.encode(Topics.WARM_UP, call), (_, _) -> null, () -> {});
    runner.handle(record(call, deadline), done(replied));
    replied.get(Duration.between(Instant.now(), deadline).toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Delivery done(CompletableFuture<Boolean> replied) {
    return () -> replied.complete(true);
  }

  /** Reads the record of the call; there are other ones, such as replies. */
  private ConsumerRecord<String, byte[]> record(Call call, Instant deadline)
      throws TimeoutException {
    while (Instant.now().isBefore(deadline)) {
      for (ConsumerRecord<String, byte[]> record : records.poll(REPLY)) {
        if (call.function().equals(record.key())
            && CallWire.decode(record).id().equals(call.id())) {
          return record;
        }
      }
    }
    throw new TimeoutException("Kafka did not return a record in time");
  }

  @Override
  public void close() {
    lanes.changed(function.spec().id(), Optional.empty());
    parts.close();
  }
}
