package fob.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.bus.Bus;
import fob.bus.wire.ResponseWire;
import fob.bus.wire.Topics;
import fob.call.Call;
import fob.call.Reply;
import fob.call.RequestIds;
import fob.call.Response;
import fob.call.Timing;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.Limits;
import fob.gateway.call.CallHandler;
import fob.gateway.call.CallPublisher;
import fob.gateway.reply.PendingCalls;
import fob.gateway.reply.ReplyListener;
import fob.service.Deadlines;
import fob.service.Sha256;
import fob.service.WarmUp;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Calls of a function that nobody else knows, for the warm-up of a gateway. They go the way of the
 * calls of users: over HTTP to this gateway's own port, to Kafka, and back as a reply. But their
 * records are on {@code fob.warm-up}, and each is its own reply, so no other service is needed.
 * Thread-safe.
 */
final class WarmUpCalls implements AutoCloseable {

  private static final Duration REPLY = Duration.ofSeconds(3);
  private static final int MOST_PENDING = 10;
  private static final String PATH = "/api/call/";
  private static final byte[] NO_CODE = {};
  private static final byte[] PARAMETERS = "{\"param1\":\"1\",\"param2\":\"1\"}".getBytes(UTF_8);

  private final FunctionSpec function =
      new FunctionSpec(
          FunctionId.random(),
          "warm-up",
          null,
          new Limits(REPLY, 1, Limits.MIN_MEMORY_MIB, 1, false),
          Sha256.of(NO_CODE),
          NO_CODE.length,
          Instant.now());
  private final Bus bus;
  private final Producer<String, byte[]> producer;
  private final CallHandler calls;
  private volatile @Nullable CallHandler handler;
  private volatile WarmUp warmUp = WarmUp.none();

  /**
   * @param producer not closed by this
   * @param calls the handler of the calls of users
   */
  WarmUpCalls(Bus bus, Producer<String, byte[]> producer, CallHandler calls) {
    this.bus = bus;
    this.producer = producer;
    this.calls = calls;
  }

  /**
   * Begins, once this gateway serves.
   *
   * @param client makes requests to this gateway
   */
  void start(WarmUp.When when, OwnClient.Maker client) {
    warmUp = WarmUp.start(when, () -> open(client.make(REPLY)));
  }

  private Caller open(OwnClient client) {
    PendingCalls<Response> pending = new PendingCalls<>(MOST_PENDING, ResponseWire::decode);
    ReplyListener replies = ReplyListener.startWarmUp(bus, pending);
    CallPublisher publisher =
        new CallPublisher(
            producer,
            pending,
            new RequestIds(InstantSource.system(), ThreadLocalRandom::current, replies::isMine),
            Optional::empty,
            WarmUpCalls::replyTo,
            (_, _) -> {},
            new Deadlines());
    handler = calls.with((_, _) -> function, publisher);
    return new Caller(client, replies);
  }

  private static ProducerRecord<String, byte[]> replyTo(Call call) {
    Reply reply = new Reply.Answered(call.payload());
    return ResponseWire.encode(
        Topics.WARM_UP.name(),
        new Response(call.id(), call.function(), call.headers().attempt(), Timing.NONE, reply));
  }

  /**
   * Returns the handler of a call of the warm-up; empty if the call is that of a user, which ends
   * the warm-up.
   */
  Optional<CallHandler> handler(Context http) {
    if (http.pathParam("function").equals(function.id().toString())) {
      return Optional.ofNullable(handler);
    }
    stop();
    return Optional.empty();
  }

  /** Ends the warm-up, since a user calls. */
  void stop() {
    warmUp.stop();
  }

  /** Says that the gateway is not ready because it warms up; empty if that is not so. */
  Optional<String> unready() {
    return warmUp.unready();
  }

  @Override
  public void close() {
    warmUp.close();
  }

  /** Makes the calls. Used by one thread. */
  private final class Caller implements WarmUp.Caller {

    private final OwnClient client;
    private final ReplyListener replies;
    private boolean isPost;

    Caller(OwnClient client, ReplyListener replies) {
      this.client = client;
      this.replies = replies;
    }

    @Override
    public void call() throws IOException {
      isPost = !isPost;
      if (isPost) {
        client.post(PATH + function.id(), PARAMETERS);
      } else {
        client.get(PATH + function.id() + "?param1:1,param2:1");
      }
    }

    @Override
    public void close() {
      handler = null;
      replies.close();
    }
  }
}
