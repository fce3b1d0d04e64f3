package fob.gateway;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.Json;
import fob.bus.Topics;
import fob.call.Call;
import fob.call.RequestId;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.regex.Pattern;

/**
 * A call. A 202 means that it is in the log, and will be run. Of a synchronous one, a 2xx is the
 * function's own result; a failure tells whether the function may have run: 400, 403, 404, 422, 429
 * and 503 mean that it did not, 500 that it did, 502 and 504 that it may have.
 */
final class CallHandler {

  private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f-]{55,120}");

  private final Functions functions;
  private final CallPublisher publisher;
  private final AsyncPublisher async;
  private final IdempotentCalls idempotent;
  private final InstantSource clock;

  CallHandler(
      Functions functions,
      CallPublisher publisher,
      AsyncPublisher async,
      IdempotentCalls idempotent,
      InstantSource clock) {
    this.functions = functions;
    this.publisher = publisher;
    this.async = async;
    this.idempotent = idempotent;
    this.clock = clock;
  }

  /** GET: the parameters are in the query, as strings. */
  void get(Context http) throws InterruptedException {
    String query = http.queryString();
    RequestId id = begin(http);
    FunctionSpec function = function(http);
    ObjectNode parameters = JsonNodeFactory.instance.objectNode();
    try {
      Parameters.parse(query == null ? "" : query).forEach(parameters::put);
    } catch (IllegalArgumentException e) {
      throw Problem.ofGateway(400, "bad-request", e);
    }
    call(http, id, function, Call.JSON, Json.bytes(parameters));
  }

  /**
   * POST: the body is a JSON object of parameters with their types, or raw under its content type.
   */
  void post(Context http) throws InterruptedException {
    RequestId id = begin(http);
    FunctionSpec function = function(http);
    byte[] body = Bodies.read(http, "the call's payload");
    String contentType = http.contentType();
    call(
        http,
        id,
        function,
        contentType == null || body.length == 0 ? Call.JSON : contentType,
        body);
  }

  private RequestId begin(Context http) {
    RequestId id = publisher.newId();
    HttpAnswers.setRequestId(http, id);
    return id;
  }

  private FunctionSpec function(Context http) {
    String function = http.pathParam("function");
    FunctionId id =
        functions.resolve(function).orElseThrow(() -> Problem.unknownFunction(function));
    return functions.spec(id).orElseThrow(() -> Problem.unknownFunction(function));
  }

  private void call(
      Context http, RequestId id, FunctionSpec function, String contentType, byte[] payload)
      throws InterruptedException {
    boolean respondAsync = Prefer.respondAsync(Prefer.of(http));
    Duration timeout = function.limits().timeout();
    Instant now = clock.instant();
    String traceparent = http.header("traceparent");
    Call call =
        new Call(
            id,
            function.id().toString(),
            respondAsync ? null : now.plus(timeout),
            now,
            1,
            Topics.RESPONSE.name(),
            contentType,
            traceparent != null && TRACEPARENT.matcher(traceparent).matches() ? traceparent : null,
            payload);
    if (respondAsync && Call.isJson(contentType) && payload.length > 0) {
      requireParameters(payload);
    }
    String key = http.header(IdempotentCalls.HEADER);
    if (key == null) {
      if (respondAsync) {
        async.accept(call);
        accepted(http, id);
      } else {
        HttpAnswers.write(http, publisher.call(call, timeout));
      }
      return;
    }
    IdempotentCalls.Share share = idempotent.share(key, call);
    HttpAnswers.setRequestId(http, share.id());
    http.header("Idempotency-Replayed", Boolean.toString(!share.first()));
    if (respondAsync) {
      idempotent.accept(share, call);
      accepted(http, share.id());
    } else {
      HttpAnswers.write(http, idempotent.call(share, call, timeout));
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

  private static void accepted(Context http, RequestId id) {
    http.header("Preference-Applied", "respond-async");
    HttpAnswers.accepted(http, id);
  }
}
