package fob.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
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
 * Makes calls again with another version. Thread-safe.
 *
 * @param to the id of the version
 * @param ignored members of results that do not count
 * @param patience how long to wait for the reply of the first call; zero if it has ended long ago
 */
record Replay(Gateway gateway, String to, List<String> ignored, Duration patience) {

  private static final Duration PATIENCE = Duration.ofMinutes(20);
  private static final int ACCEPTED = 202;
  private static final int LONGEST = 200;

  /** The header Server-Timing has the milliseconds that the function ran. */
  private static final Pattern RUN = Pattern.compile("run;dur=([0-9.]+)");

  /** How a reply compares. */
  enum Comparison {
    SAME,
    DIFFERENT,
    /** The first call has no reply yet, or none any more. */
    UNKNOWN
  }

  /**
   * A call that was made again.
   *
   * @param before the reply of the first call
   * @param after the reply now
   */
  record Outcome(JsonNode call, Comparison comparison, Answer before, Answer after) {}

  /**
   * What counts of a reply.
   *
   * @param text the result or the failure, cut to what is shown
   * @param runMillis how long the function ran; empty if it is not known
   */
  record Answer(String text, OptionalDouble runMillis) {}

  /**
   * Makes one call again.
   *
   * @param call as {@code GET /api/calls} lists it
   * @throws CommandFailure if the gateway cannot be reached, or the function was not called
   */
  Outcome of(JsonNode call) throws IOException {
    HttpUrl.Builder address = gateway.address("api", "call", to);
    Reply after = gateway.send(gateway.request(address).post(payload(call)).build(), PATIENCE);
    if (!isOfFunction(after)) {
      throw Refusals.of(after);
    }
    Optional<Reply> before = before(call);
    if (before.isEmpty()) {
      return new Outcome(
          call, Comparison.UNKNOWN, new Answer("", OptionalDouble.empty()), answer(after));
    }
    boolean same = content(before.get()).equals(content(after));
    return new Outcome(
        call, same ? Comparison.SAME : Comparison.DIFFERENT, answer(before.get()), answer(after));
  }

  /** Whether the function gave it, and no gateway, invoker or platform that could not call it. */
  private static boolean isOfFunction(Reply reply) {
    return reply.succeeded() || reply.json().path("component").asText().equals("function");
  }

  private static RequestBody payload(JsonNode call) throws IOException {
    MediaType type = MediaType.parse(call.path("content_type").asText());
    if (call.has("payload_base64")) {
      return RequestBody.create(
          Base64.getDecoder().decode(call.path("payload_base64").asText()), type);
    }
    return RequestBody.create(Reply.MAPPER.writeValueAsBytes(call.path("payload")), type);
  }

  private Optional<Reply> before(JsonNode call) throws IOException {
    HttpUrl.Builder address =
        gateway
            .address("api", "result", call.path("id").asText())
            .addQueryParameter("since", call.path("at").asText());
    Request.Builder request = gateway.request(address);
    if (patience.isPositive()) {
      request.header("Prefer", "wait=" + patience.toSeconds());
    }
    Reply reply = gateway.send(request.build(), Gateway.PATIENCE);
    return reply.status() == ACCEPTED || !isOfFunction(reply)
        ? Optional.empty()
        : Optional.of(reply);
  }

  private Answer answer(Reply reply) {
    Matcher run = RUN.matcher(reply.header("Server-Timing"));
    String text = content(reply).toString();
    return new Answer(
        text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text,
        run.find() ? OptionalDouble.of(Double.parseDouble(run.group(1))) : OptionalDouble.empty());
  }

  /** The result, or the kind of failure. Line numbers of a stack may differ all the same. */
  private JsonNode content(Reply reply) {
    JsonNode json = reply.json();
    if (!reply.succeeded()) {
      return TextNode.valueOf(json.path("reason").asText() + ": " + json.path("detail").asText());
    }
    JsonNode result = json.path("result");
    return result instanceof ObjectNode object ? object.without(ignored) : result;
  }
}
