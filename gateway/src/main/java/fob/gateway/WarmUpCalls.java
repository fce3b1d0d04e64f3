package fob.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.access.KeyText;
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
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
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
   * @param host the address that it listens on
   * @param key allows the calls, if this gateway needs keys
   */
  void start(WarmUp.When when, String host, int port, KeyText key) {
    warmUp = WarmUp.start(when, () -> open(host, port, key));
  }

  private Caller open(String host, int port, KeyText key) throws IOException, URISyntaxException {
    InetAddress bound = InetAddress.getByName(host);
    InetAddress own = bound.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bound;
    URI url =
        new URI("http", null, own.getHostAddress(), port, "/api/call/" + function.id(), null, null);
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
    return new Caller(url, key, replies);
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

    private final URI url;
    private final KeyText key;
    private final ReplyListener replies;
    private boolean isPost;

    Caller(URI url, KeyText key, ReplyListener replies) {
      this.url = url;
      this.key = key;
      this.replies = replies;
    }

    @Override
    public void call() throws IOException {
      isPost = !isPost;
      URI target = isPost ? url : URI.create(url + "?param1:1,param2:1");
      HttpURLConnection http = (HttpURLConnection) target.toURL().openConnection(Proxy.NO_PROXY);
      http.setConnectTimeout((int) REPLY.toMillis());
      http.setReadTimeout((int) REPLY.toMillis());
      http.setRequestProperty("Authorization", "Bearer " + key.text());
      if (isPost) {
        http.setDoOutput(true);
        http.setRequestProperty("Content-Type", "application/json");
        try (OutputStream body = http.getOutputStream()) {
          body.write(PARAMETERS);
        }
      }
      if (http.getResponseCode() != HttpURLConnection.HTTP_OK) {
        throw new IOException("a call got the status " + http.getResponseCode());
      }
      try (InputStream body = http.getInputStream()) {
        body.readAllBytes();
      }
    }

    @Override
    public void close() {
      handler = null;
      replies.close();
    }
  }
}
