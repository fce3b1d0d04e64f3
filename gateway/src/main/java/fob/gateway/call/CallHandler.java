package fob.gateway.call;

import fob.bus.wire.Json;
import fob.call.Call;
import fob.call.RequestId;
import fob.call.Response;
import fob.function.FunctionSpec;
import fob.gateway.http.BodyReader;
import fob.gateway.http.FobLog;
import fob.gateway.http.HttpReplies;
import fob.gateway.http.Parameters;
import fob.gateway.http.Prefer;
import fob.gateway.http.Problem;
import fob.gateway.publish.AsyncPublisher;
import fob.traces.RequestSpan;
import io.javalin.http.Context;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * Handles calls of functions. Status 202 means that the call is in Kafka and will be run. For a
 * synchronous call, 200 carries the function's own result. A failure status tells whether the
 * function may have run: with a 4xx status it did not run, with 500 it ran, and with 502, 503 and
 * 504 the message says whether it may have run. Thread-safe.
 */
public final class CallHandler {

  private final BiFunction<String, String, FunctionSpec> functions;
  private final Payloads payloads;
  private final CallPublisher publisher;
  private final AsyncPublisher async;
  private final CallRoute plain;
  private final IdempotentCalls idempotent;
  private final CallContext context;

  /**
   * @param functions returns the function of an id, a name or a version, and for a name the version
   *     that the second text decides on; throws a {@link Problem} if there is none
   */
  public CallHandler(
      BiFunction<String, String, FunctionSpec> functions,
      BodyReader bodies,
      CallPublisher publisher,
      AsyncPublisher async,
      IdempotentCalls idempotent,
      CallContext context) {
    this(functions, new Payloads(bodies), publisher, async, idempotent, context);
  }

  private CallHandler(
      BiFunction<String, String, FunctionSpec> functions,
      Payloads payloads,
      CallPublisher publisher,
      AsyncPublisher async,
      IdempotentCalls idempotent,
      CallContext context) {
    this.functions = functions;
    this.payloads = payloads;
    this.publisher = publisher;
    this.async = async;
    this.plain = new PlainCalls(publisher, async);
    this.idempotent = idempotent;
    this.context = context;
  }

  /** Returns the same handler for other functions, whose synchronous calls go another way. */
  public CallHandler with(BiFunction<String, String, FunctionSpec> others, CallPublisher otherWay) {
    return new CallHandler(others, payloads, otherWay, async, idempotent, context.untraced());
  }

  /** GET: the parameters are in the query. */
  public void get(Context http) throws InterruptedException {
    handle(http, () -> payloads.ofQuery(Parameters.of(http)));
  }

  /** POST: the parameters are in the body, or in the body and the query. */
  public void post(Context http) throws InterruptedException {
    handle(http, () -> payloads.ofBody(http, Parameters.of(http)));
  }

  private void handle(Context http, Supplier<Payloads.Payload> payload)
      throws InterruptedException {
    RequestSpan span = context.begin(http);
    int status = CallContext.FAILED;
    try {
      // Two steps, since the payload must not be on the stack while the caller waits.
      publish(http, payload, span).write(http);
      status = http.statusCode();
    } catch (Problem problem) {
      status = problem.status();
      throw problem;
    } finally {
      span.end(status);
    }
  }

  /** The rest of a request whose call is published. */
  @FunctionalInterface
  private interface Ending {
    /** Blocks until the reply is there, and writes it. */
    void write(Context http) throws InterruptedException;
  }

  /** Publishes the call. The payload is released as soon as Kafka has it. */
  private Ending publish(Context http, Supplier<Payloads.Payload> reader, RequestSpan span) {
    RequestId early = publisher.newId();
    HttpReplies.setRequestId(http, early);
    String key = http.header(IdempotentCalls.HEADER);
    FunctionSpec function =
        functions.apply(http.pathParam("function"), key == null ? early.value() : key);
    Payloads.Payload payload = reader.get();
    // A payload may take long to arrive, and the time in the id must be near that of the record.
    RequestId id = publisher.newId();
    HttpReplies.setRequestId(http, id);
    try {
      boolean respondAsync = Prefer.of(http).respondAsync();
      Call call =
          context
              .call(http, span, id, function, payload.contentType(), payload.bytes(), respondAsync)
              .withLogBytes(FobLog.wanted(http, respondAsync));
      if (!respondAsync) {
        PendingReply<Response> reply =
            route(http).publish(call, function.limits().timeout(), payload::close);
        return answered -> HttpReplies.write(answered, reply.await());
      }
      requireParameters(call);
      PendingReply<RequestId> accepted = route(http).accept(call, payload::close);
      return answered -> accept(answered, accepted.await());
    } catch (RuntimeException e) {
      payload.close();
      throw e;
    }
  }

  /**
   * Calls a function that the path does not name, and blocks until its reply is there.
   *
   * @param function an id, a name or a version
   * @param parameters a JSON object, which the invoker checks
   * @throws Problem as for the calls of {@link #post}
   */
  public Response call(Context http, String function, byte[] parameters)
      throws InterruptedException {
    RequestId id = publisher.newId();
    HttpReplies.setRequestId(http, id);
    String key = http.header(IdempotentCalls.HEADER);
    FunctionSpec spec = functions.apply(function, key == null ? id.value() : key);
    RequestSpan span = context.begin(http);
    int status = CallContext.FAILED;
    try {
      Call call = context.call(http, span, id, spec, Call.JSON, parameters, false);
      Response response = route(http).publish(call, spec.limits().timeout(), () -> {}).await();
      status = HttpReplies.status(response.reply());
      return response;
    } catch (Problem problem) {
      status = problem.status();
      throw problem;
    } finally {
      span.end(status);
    }
  }

  /** The route of the call, by its idempotency key if it has one. */
  private CallRoute route(Context http) {
    String key = http.header(IdempotentCalls.HEADER);
    return key == null
        ? plain
        : idempotent.route(
            key,
            (id, isReplayed) -> {
              HttpReplies.setRequestId(http, id);
              http.header("Idempotency-Replayed", Boolean.toString(isReplayed));
            });
  }

  private static void accept(Context http, RequestId id) {
    http.header("Preference-Applied", "respond-async");
    HttpReplies.accepted(http, id);
  }

  /** Checks the parameters here, since the client does not wait for the invoker's check. */
  private static void requireParameters(Call call) {
    if (call.isJson() && call.payload().length > 0) {
      try {
        Json.requireObject(call.payload());
      } catch (IllegalArgumentException e) {
        throw Problem.ofGateway(400, "bad-request", "the parameters are wrong: " + e.getMessage());
      }
    }
  }
}
