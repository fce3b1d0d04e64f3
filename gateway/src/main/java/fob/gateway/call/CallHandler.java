package fob.gateway.call;

import fob.bus.wire.Json;
import fob.call.Call;
import fob.call.CallHeaders;
import fob.call.RequestId;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.gateway.function.Functions;
import fob.gateway.http.BodyReader;
import fob.gateway.http.HttpReplies;
import fob.gateway.http.Parameters;
import fob.gateway.http.Prefer;
import fob.gateway.http.Problem;
import fob.gateway.publish.AsyncPublisher;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A call. A 202 means that it is in the log, and will be run. Of a synchronous one, a 2xx is the
 * function's own result; a failure tells whether the function may have run: 400, 403, 404, 422, 429
 * and 503 mean that it did not, 500 that it did, 502 and 504 that it may have.
 */
public final class CallHandler {

  private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f-]{55,120}");

  private final Functions functions;
  private final Payloads payloads;
  private final CallPublisher publisher;
  private final AsyncPublisher async;
  private final IdempotentCalls idempotent;
  private final InstantSource clock;

  public CallHandler(
      Functions functions,
      BodyReader bodies,
      CallPublisher publisher,
      AsyncPublisher async,
      IdempotentCalls idempotent,
      InstantSource clock) {
    this.functions = functions;
    this.payloads = new Payloads(bodies);
    this.publisher = publisher;
    this.async = async;
    this.idempotent = idempotent;
    this.clock = clock;
  }

  /** GET: the parameters are in the query. */
  public void get(Context http) throws InterruptedException {
    RequestId id = begin(http);
    FunctionSpec function = function(http);
    finish(http, start(http, id, function, payloads.ofQuery(Parameters.of(http))));
  }

  /** POST: they are in the body, or in both. */
  public void post(Context http) throws InterruptedException {
    RequestId id = begin(http);
    FunctionSpec function = function(http);
    finish(http, start(http, id, function, payloads.ofBody(http, Parameters.of(http))));
  }

  private RequestId begin(Context http) {
    RequestId id = publisher.newId();
    HttpReplies.setRequestId(http, id);
    return id;
  }

  private FunctionSpec function(Context http) {
    String function = http.pathParam("function");
    FunctionId id =
        functions.resolve(function).orElseThrow(() -> Problem.unknownFunction(function));
    return functions.spec(id).orElseThrow(() -> Problem.unknownFunction(function));
  }

  /**
   * Publishes the call. Nobody holds its payload any more when the bus has it.
   *
   * @return the answer, or nothing if the caller does not wait for one
   */
  private Optional<PendingReply> start(
      Context http, RequestId id, FunctionSpec function, Payloads.Payload payload)
      throws InterruptedException {
    try {
      boolean respondAsync = Prefer.of(http).respondAsync();
      Call call = call(http, id, function, payload, respondAsync);
      if (respondAsync && call.isJson() && call.payload().length > 0) {
        requireParameters(call.payload());
      }
      Optional<PendingReply> answer =
          respondAsync
              ? accept(http, call)
              : Optional.of(publish(http, call, function.limits().timeout(), payload::close));
      if (answer.isEmpty()) {
        payload.close();
      }
      return answer;
    } catch (RuntimeException | InterruptedException e) {
      payload.close();
      throw e;
    }
  }

  private Call call(
      Context http,
      RequestId id,
      FunctionSpec function,
      Payloads.Payload payload,
      boolean respondAsync) {
    Instant now = clock.instant();
    String traceparent = http.header("traceparent");
    CallHeaders headers =
        CallHeaders.of(
            respondAsync ? null : now.plus(function.limits().timeout()),
            payload.contentType(),
            traceparent != null && TRACEPARENT.matcher(traceparent).matches() ? traceparent : null);
    return new Call(id, function.id().toString(), now, headers, payload.bytes());
  }

  private PendingReply publish(Context http, Call call, Duration timeout, Runnable letGo)
      throws InterruptedException {
    String key = http.header(IdempotentCalls.HEADER);
    return key == null
        ? publisher.send(call, timeout, () -> {}, letGo)
        : idempotent.call(share(http, key, call), call, timeout, letGo);
  }

  private Optional<PendingReply> accept(Context http, Call call) throws InterruptedException {
    String key = http.header(IdempotentCalls.HEADER);
    RequestId id = call.id();
    if (key == null) {
      async.accept(call);
    } else {
      IdempotentCalls.Share share = share(http, key, call);
      idempotent.accept(share, call);
      id = share.id();
    }
    http.header("Preference-Applied", "respond-async");
    HttpReplies.accepted(http, id);
    return Optional.empty();
  }

  private IdempotentCalls.Share share(Context http, String key, Call call)
      throws InterruptedException {
    IdempotentCalls.Share share = idempotent.share(key, call);
    HttpReplies.setRequestId(http, share.id());
    http.header("Idempotency-Replayed", Boolean.toString(!share.first()));
    return share;
  }

  private static void finish(Context http, Optional<PendingReply> answer)
      throws InterruptedException {
    if (answer.isPresent()) {
      HttpReplies.write(http, answer.get().await());
    }
  }

  /** Nobody waits for the invoker's word on them. */
  private static void requireParameters(byte[] payload) {
    try {
      Json.requireObject(payload);
    } catch (IllegalArgumentException e) {
      throw Problem.ofGateway(400, "bad-request", "the parameters are wrong: " + e.getMessage());
    }
  }
}
