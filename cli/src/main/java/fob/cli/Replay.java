package fob.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;

/**
 * Makes past calls again with another version.
 *
 * @param to the version
 * @param ignored members of results that do not count
 */
record Replay(Gateway gateway, String to, List<String> ignored) {

  private static final Duration PATIENCE = Duration.ofMinutes(20);
  private static final int ACCEPTED = 202;
  private static final int NOT_FOUND = 404;
  private static final int GONE = 410;

  /** The header Server-Timing has the milliseconds that the function ran. */
  private static final Pattern RUN = Pattern.compile("run;dur=([0-9.]+)");

  /** How a reply compares. */
  enum Comparison {
    SAME,
    DIFFERENT,
    /** The past call has no reply, or none any more. */
    UNKNOWN
  }

  /**
   * A call that was made again.
   *
   * @param before the past reply
   * @param after the reply now
   */
  record Outcome(JsonNode call, Comparison comparison, Answer before, Answer after) {}

  /**
   * What counts of a reply.
   *
   * @param content the result, or the kind of failure
   * @param runMillis how long the function ran; empty if it is not known
   */
  record Answer(String content, OptionalDouble runMillis) {}

  /**
   * Makes one call again.
   *
   * @param call as {@code GET /api/calls} lists it
   * @throws CommandFailure if the gateway cannot be reached
   */
  Outcome of(JsonNode call) throws IOException {
    HttpUrl.Builder address = gateway.address("api", "call", to);
    Request request = gateway.request(address).post(payload(call)).build();
    Answer after = answer(gateway.send(request, PATIENCE));
    Optional<Answer> before = before(call);
    if (before.isEmpty()) {
      return new Outcome(call, Comparison.UNKNOWN, new Answer("", OptionalDouble.empty()), after);
    }
    boolean same = before.get().content().equals(after.content());
    return new Outcome(call, same ? Comparison.SAME : Comparison.DIFFERENT, before.get(), after);
  }

  private static RequestBody payload(JsonNode call) throws IOException {
    MediaType type = MediaType.parse(call.path("content_type").asText());
    if (call.has("payload_base64")) {
      return RequestBody.create(
          Base64.getDecoder().decode(call.path("payload_base64").asText()), type);
    }
    return RequestBody.create(Reply.MAPPER.writeValueAsBytes(call.path("payload")), type);
  }

  private Optional<Answer> before(JsonNode call) throws IOException {
    HttpUrl.Builder address =
        gateway
            .address("api", "result", call.path("id").asText())
            .addQueryParameter("since", call.path("at").asText());
    Reply reply = gateway.send(gateway.request(address).build(), Gateway.PATIENCE);
    boolean none =
        reply.status() == ACCEPTED || reply.status() == NOT_FOUND || reply.status() == GONE;
    return none ? Optional.empty() : Optional.of(answer(reply));
  }

  private Answer answer(Reply reply) {
    Matcher run = RUN.matcher(reply.header("Server-Timing"));
    OptionalDouble millis =
        run.find() ? OptionalDouble.of(Double.parseDouble(run.group(1))) : OptionalDouble.empty();
    JsonNode json = reply.json();
    if (reply.succeeded()) {
      return new Answer(counted(json.path("result")).toString(), millis);
    }
    // Line numbers of a stack may differ although the failure is the same.
    String failure = json.path("reason").asText() + ": " + json.path("detail").asText();
    return new Answer(failure, millis);
  }

  private JsonNode counted(JsonNode result) {
    if (result instanceof ObjectNode object) {
      return object.deepCopy().without(ignored);
    }
    return result;
  }
}
