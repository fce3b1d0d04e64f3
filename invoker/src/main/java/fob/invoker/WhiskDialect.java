package fob.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.bus.wire.Topics;
import fob.call.Call;
import fob.call.Failure;
import fob.call.Reply;
import fob.service.Text;
import java.time.Instant;
import java.util.Base64;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHeaders;

/**
 * The protocol of the runtimes of Apache OpenWhisk. A response does not say which call it is for.
 * So each call has a connection of its own, on which no other response can come.
 */
final class WhiskDialect implements Dialect {

  private static final String NAMESPACE = "fob";
  private static final int LONGEST_MESSAGE = 8000;
  private static final byte[] BEFORE = "{\"result\":".getBytes(UTF_8);

  @Override
  public ClassicHttpRequest request(Call call, Instant deadline) {
    ObjectNode context = JsonNodeFactory.instance.objectNode();
    context.put("activation_id", call.id().value());
    context.put("transaction_id", call.id().value());
    context.put("namespace", NAMESPACE);
    context.put("action_name", "/" + NAMESPACE + "/" + call.function());
    // Runtimes put all of these into environment variables, so each is text, as from OpenWhisk.
    context.put("deadline", Long.toString(deadline.toEpochMilli()));
    RunRequest.members(call.headers().trace()).forEach(context::put);
    byte[] value = call.isJson() ? call.payload() : bytes(call);
    ClassicHttpRequest request = RunRequest.envelope(value, Json.bytes(context));
    request.setHeader(HttpHeaders.CONNECTION, "close");
    return request;
  }

  /** OpenWhisk has JSON alone, so other bodies come as base64. */
  private static byte[] bytes(Call call) {
    ObjectNode value = JsonNodeFactory.instance.objectNode();
    value.put("body", Base64.getEncoder().encodeToString(call.payload()));
    if (call.headers().contentType() != null) {
      value.put("content_type", call.headers().contentType());
    }
    return Json.bytes(value);
  }

  @Override
  public boolean isFor(Call call, ClassicHttpResponse response) {
    return true;
  }

  @Override
  public RunOutcome outcome(int status, byte[] body, boolean mayHaveLog) {
    return switch (status) {
      case 200 -> result(body);
      // The runtime is not initialised, or runs another call.
      case 403 ->
          new RunOutcome.NotStarted(
              "the runtime refused the call: " + Text.printable(new String(body, UTF_8), 200),
              InstanceHealth.REFUSES);
      default -> failure(status, error(body));
    };
  }

  /** A result with the member {@code error} is a failure that the function reports. */
  private static RunOutcome result(byte[] body) {
    byte[] whole = new byte[BEFORE.length + body.length + 1];
    System.arraycopy(BEFORE, 0, whole, 0, BEFORE.length);
    System.arraycopy(body, 0, whole, BEFORE.length, body.length);
    whole[whole.length - 1] = '}';
    if (!isObjectOrArray(body) || !Json.isObjectOf("result", whole)) {
      return unusable(200, "no JSON object or array");
    }
    if (whole.length > Topics.MAX_VALUE_BYTES) {
      return DriverAnswer.tooLarge(200);
    }
    JsonNode error = error(body);
    return error.isMissingNode() || error.isNull()
        ? new RunOutcome.Ended(new Reply.Answered(whole), InstanceHealth.SERVES)
        : failure(200, error);
  }

  private static boolean isObjectOrArray(byte[] body) {
    for (byte each : body) {
      if (each > ' ') {
        return each == '{' || each == '[';
      }
    }
    return false;
  }

  /** Returns the member {@code error}; missing if there is none. */
  private static JsonNode error(byte[] body) {
    try {
      return Json.parse(body).path("error");
    } catch (IllegalArgumentException otherwise) {
      return JsonNodeFactory.instance.missingNode();
    }
  }

  private static RunOutcome failure(int status, JsonNode error) {
    if (error.isMissingNode()) {
      return unusable(status, "no JSON object with the member 'error'");
    }
    ObjectNode detail = JsonNodeFactory.instance.objectNode().put("reason", "exception");
    String message = error.isTextual() ? error.asText() : error.toString();
    if (!error.isTextual() && message.length() <= LONGEST_MESSAGE) {
      detail.set("error", error);
    }
    return new RunOutcome.Ended(
        new Reply.Failed(Failure.FUNCTION_ERROR, Text.cut(message, LONGEST_MESSAGE), detail),
        InstanceHealth.SERVES);
  }

  private static RunOutcome unusable(int status, String what) {
    return InstanceFailures.unusable(
        "the runtime answered POST /run with status %d and %s".formatted(status, what));
  }

  /** The runtime goes on with the call, so another instance takes its place. */
  @Override
  public InstanceHealth afterTimeout() {
    return InstanceHealth.STUCK;
  }
}
