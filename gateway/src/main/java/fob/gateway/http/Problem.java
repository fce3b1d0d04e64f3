package fob.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A failure reply as problem JSON (RFC 9457). It names the component at fault and a reason for
 * programs. Handlers throw it, and RouteTable writes it. Used by one thread.
 */
public final class Problem extends RuntimeException {

  static final String CONTENT_TYPE = "application/problem+json";

  private final int status;
  private final String component;
  private final String reason;
  private final Map<String, JsonNode> more = new LinkedHashMap<>();
  private final Map<String, String> headers = new LinkedHashMap<>();

  /**
   * @param detail tells what was wrong, what was expected and what to do
   */
  public Problem(int status, String component, String reason, String detail) {
    super(detail, null, false, false);
    this.status = status;
    this.component = component;
    this.reason = reason;
  }

  public static Problem ofGateway(int status, String reason, String detail) {
    return new Problem(status, "gateway", reason, detail);
  }

  /** The request is malformed. */
  public static Problem badRequest(String detail) {
    return ofGateway(400, "bad-request", detail);
  }

  /** The failure of a parser, whose message is for the user. */
  public static Problem ofGateway(int status, String reason, Exception cause) {
    return ofGateway(status, reason, Objects.requireNonNullElse(cause.getMessage(), reason));
  }

  /** Kafka cannot be used now; the client may try again after 2 s. */
  public static Problem busUnavailable(String detail) {
    return new Problem(503, "bus", "bus-unavailable", detail).header("Retry-After", "2");
  }

  /** As many wait for replies from Kafka as may; the client may try again after 1 s. */
  public static Problem tooManyWait() {
    return ofGateway(429, "overloaded", "too many calls wait at this gateway (FOB_MAX_PENDING)")
        .header("Retry-After", "1");
  }

  public static Problem notFound(String detail) {
    return ofGateway(404, "not-found", detail);
  }

  /** Returns the same problem with a text before its detail, which becomes the cause. */
  public Problem causing(String effect) {
    Problem problem = new Problem(status, component, reason, effect + ": " + getMessage());
    problem.more.putAll(more);
    problem.headers.putAll(headers);
    return problem;
  }

  /** Adds a member to the JSON. */
  public Problem with(String name, JsonNode value) {
    more.put(name, value);
    return this;
  }

  public Problem with(String name, String value) {
    return with(name, JsonNodeFactory.instance.textNode(value));
  }

  public Problem header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  /** Returns the reason for programs. */
  public String reason() {
    return reason;
  }

  /** Returns the HTTP status. */
  public int status() {
    return status;
  }

  Map<String, String> headers() {
    return headers;
  }

  /** Returns the reply's body. */
  public byte[] json() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("type", "urn:fob:" + reason)
            .put("title", reason.replace('-', ' '))
            .put("status", status)
            .put("detail", getMessage())
            .put("component", component)
            .put("reason", reason);
    more.forEach(json::set);
    return Json.bytes(json);
  }
}
