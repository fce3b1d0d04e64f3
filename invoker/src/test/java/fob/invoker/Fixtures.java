package fob.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.bus.table.FunctionTable;
import fob.bus.wire.PartChoice;
import fob.call.Call;
import fob.call.CallHeaders;
import fob.call.RequestId;
import fob.call.TraceContext;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.Instance;
import fob.function.Limits;
import fob.metrics.CallMetrics;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.header.Headers;

/** Creates functions and calls for the tests of this package. */
final class Fixtures {

  static final FunctionId ID =
      new FunctionId(UUID.fromString("3f2b8a10-1c2d-4e3f-8a9b-0c1d2e3f4a5b"));
  static final RequestId REQUEST = new RequestId("request-1");

  static final Priority SYNC = new Priority(CallKind.SYNC, Instant.EPOCH);
  static final Priority ASYNC = new Priority(CallKind.ASYNC, Instant.EPOCH);

  private Fixtures() {}

  static FunctionState state(FunctionStatus status, Limits limits) {
    return new FunctionState(
        new FunctionSpec(ID, "python", null, limits, "0".repeat(64), 1, Instant.EPOCH), status);
  }

  static Limits concurrency(int concurrency) {
    return new Limits(Duration.ofSeconds(30), concurrency, 128, 1, false);
  }

  /** Returns limits of one call at a time in each of as many instances as there are parts. */
  static Limits spread(int parts) {
    return new Limits(Duration.ofSeconds(30), 1, 128, parts, false, 1000, parts);
  }

  static FunctionState ready(int concurrency, Instance... instances) {
    return state(new FunctionStatus.Ready(Arrays.asList(instances)), concurrency(concurrency));
  }

  static FunctionState deploying(String note) {
    return state(new FunctionStatus.Deploying(note), Limits.DEFAULT);
  }

  static FunctionState failed(String message) {
    return state(
        new FunctionStatus.Failed(FunctionStatus.FailureReason.of(message)), Limits.DEFAULT);
  }

  /** Returns an instance that does not exist. */
  static Instance instance(String id) {
    return new Instance(id, URI.create("http://127.0.0.1:9"));
  }

  /** Returns lanes that hold back no asynchronous calls. */
  static Lanes lanes(int maxWaiting, Producer<String, byte[]> reports) {
    return new Lanes(
        new OwnedParts(1),
        new AsyncLimit(() -> 0, System::nanoTime, 1_000),
        maxWaiting,
        new InstanceReports(new BusWriter(reports), System::nanoTime),
        CallMetrics.off());
  }

  /** Returns a placement in topics of one partition, where every record is in its place. */
  static Placement onePartition(FunctionTable functions, Producer<String, byte[]> producer) {
    return new Placement(
        functions, new PartChoice(functions::get, _ -> 1, Random::new), new BusWriter(producer));
  }

  /** Returns what decides for calls with a key, where there are none. */
  static KeyedCalls withoutKeys() {
    return new KeyedCalls(
        (_, call, _) -> {
          throw new AssertionError(call);
        },
        new BusWriter(new MockProducer<>()));
  }

  /** Returns a record that cannot be decoded. */
  static ConsumerRecord<String, byte[]> unreadable(String topic) {
    return new ConsumerRecord<>(topic, 0, 7, "key", new byte[0]) {
      @Override
      public Headers headers() {
        throw new IllegalStateException("unreadable");
      }
    };
  }

  /** Returns whether a thread is in a method, or in one that this has called. */
  static boolean isIn(Thread thread, Class<?> type, String method) {
    return Arrays.stream(thread.getStackTrace())
        .anyMatch(frame ->
            frame.getClassName().equals(type.getName()) && frame.getMethodName().equals(method));
  }

  static Call json(String payload) {
    return call(Call.JSON, payload.getBytes(UTF_8));
  }

  static Call call(String contentType, byte[] payload) {
    return new Call(
        REQUEST,
        ID.toString(),
        Instant.now(),
        CallHeaders.of(
            null,
            contentType,
            TraceContext.of("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", null)),
        payload);
  }
}
