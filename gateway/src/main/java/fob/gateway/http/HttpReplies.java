package fob.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import fob.bus.wire.Json;
import fob.call.Call;
import fob.call.Failure;
import fob.call.Reply;
import fob.call.RequestId;
import fob.call.Response;
import fob.call.Timing;
import io.javalin.http.Context;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Writes replies and problems to HTTP. Only this class maps failures of calls to statuses. */
public final class HttpReplies {

  static final String REQUEST_ID = "Fob-Request-Id";
  private static final String JSON = "application/json";

  private HttpReplies() {}

  public static void write(Context http, Response response) {
    http.header("Server-Timing", serverTiming(response.timing()));
    switch (response.reply()) {
      case Reply.Answered(byte[] body) -> {
        if (!response.log().isEmpty()) {
          http.header(FobLog.REPLY, FobLog.header(response.log()));
        }
        http.status(200).contentType(JSON).result(body);
      }
      case Reply.Failed failed -> write(http, withLog(problem(http, failed), response.log()));
    }
  }

  public static void write(Context http, Problem problem) {
    identify(http, problem);
    problem.headers().forEach(http::header);
    http.status(problem.status()).contentType(Problem.CONTENT_TYPE).result(problem.json());
  }

  /** Adds the request id to a problem, if the request has one. */
  public static void identify(Context http, Problem problem) {
    String requestId = http.res().getHeader(REQUEST_ID);
    if (requestId != null) {
      problem.with("requestId", requestId);
    }
  }

  /** Writes 202: the asynchronous call is in Kafka. */
  public static void accepted(Context http, RequestId id) {
    setRequestId(http, id);
    http.status(202)
        .header("Location", "/api/result/" + id.value())
        .contentType(JSON)
        .result(Json.bytes(JsonNodeFactory.instance.objectNode().put("id", id.value())));
  }

  public static void setRequestId(Context http, RequestId id) {
    http.header(REQUEST_ID, id.value());
  }

  /** Returns the id that the reply tells its client; empty if the request makes no call. */
  static Optional<String> requestId(Context http) {
    return Optional.ofNullable(http.res().getHeader(REQUEST_ID));
  }

  private static Problem withLog(Problem problem, List<String> log) {
    if (!log.isEmpty()) {
      ArrayNode lines = JsonNodeFactory.instance.arrayNode();
      log.forEach(lines::add);
      problem.with("log", lines);
    }
    return problem;
  }

  private static Problem problem(Context http, Reply.Failed failed) {
    return failed.failure() == Failure.BAD_PARAMETERS
        ? problem(failed, failed.message() + rawBody(http))
        : problem(failed);
  }

  /** The problem that a failed call is for its client. */
  public static Problem problem(Reply.Failed failed) {
    return problem(failed, failed.message());
  }

  private static Problem problem(Reply.Failed failed, String message) {
    Failure failure = failed.failure();
    Problem problem = new Problem(status(failure), failure.component(), failure.label(), message);
    JsonNode error = failed.error();
    if (error != null) {
      problem.with("error", error);
    }
    if (failure == Failure.OVERLOADED) {
      problem.header("Retry-After", "1");
    } else if (failure == Failure.PLATFORM_AWAY) {
      problem.header("Retry-After", "5");
    } else if (error != null && error.path("retry_after").isNumber()) {
      problem.header("Retry-After", Long.toString(error.path("retry_after").asLong()));
    }
    return problem;
  }

  /** A hint that a body of this content type is not read as named parameters. */
  private static String rawBody(Context http) {
    String type = http.header("Content-Type");
    return type == null || Call.isJson(type)
        ? ""
        : "; the body came with Content-Type '%s', so it is the parameter body as it is: send named"
                .formatted(type)
            + " parameters as JSON, with Content-Type: application/json (curl --json)";
  }

  /** Returns the status that a reply has. */
  public static int status(Reply reply) {
    return switch (reply) {
      case Reply.Answered _ -> 200;
      case Reply.Failed failed -> status(failed.failure());
    };
  }

  /**
   * Statuses from 500 up with component "function" are the function's own failures; all others are
   * fob's.
   */
  private static int status(Failure failure) {
    return switch (failure) {
      case BAD_REQUEST -> 400;
      case NOT_FOUND -> 404;
      case BAD_PARAMETERS -> 422;
      case OVERLOADED -> 429;
      case FUNCTION_ERROR, TOO_LARGE -> 500;
      case UNREACHABLE -> 502;
      case NOT_READY, PLATFORM_AWAY -> 503;
      case TIMEOUT, EXPIRED -> 504;
    };
  }

  private static String serverTiming(Timing timing) {
    return "queue;dur="
        + millis(timing.queue())
        + ", wait;dur="
        + millis(timing.await())
        + ", run;dur="
        + millis(timing.run());
  }

  /**
   * Milliseconds with three decimals. String.format would be too slow, since every call runs this.
   */
  private static String millis(Duration duration) {
    return BigDecimal.valueOf(duration.toNanos() / 1_000, 3).toPlainString();
  }
}
