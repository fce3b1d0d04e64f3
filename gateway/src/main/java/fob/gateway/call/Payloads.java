package fob.gateway.call;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.call.Call;
import fob.gateway.http.Body;
import fob.gateway.http.BodyReader;
import fob.gateway.http.Problem;
import io.javalin.http.Context;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes the payload of a call: the parameters of the query, of a JSON body, or of both, or a body
 * of another content type unchanged. Every part of a request is used or refused. Thread-safe.
 */
public final class Payloads {

  /** A payload, which counts against the byte budget until it is closed. */
  public record Payload(String contentType, Body body) implements AutoCloseable {

    public byte[] bytes() {
      return body.bytes();
    }

    @Override
    public void close() {
      body.close();
    }
  }

  /** A type, a subtype, and parameters in visible ASCII; the driver gets it as a header. */
  private static final Pattern CONTENT_TYPE =
      Pattern.compile("[\\w!#$&^.+-]{1,127}/[\\w!#$&^.+*-]{1,127}\\s*(;[ -~]{0,1000})?");

  private static final Pattern CHARSET =
      Pattern.compile("(?i);\\s*charset\\s*=\\s*\"?([^\";]*)\"?");
  private static final Pattern UTF_8 = Pattern.compile("(?i)\\s*(utf-?8|us-ascii)\\s*");

  private final BodyReader bodies;

  public Payloads(BodyReader bodies) {
    this.bodies = bodies;
  }

  /** The payload of a GET: the query's parameters, as strings. */
  Payload ofQuery(Map<String, String> query) {
    return new Payload(Call.JSON, bodies.own(Json.bytes(json(query))));
  }

  /**
   * The payload of a POST.
   *
   * @throws Problem if a part of the request cannot be read or would not reach the function
   */
  public Payload ofBody(Context http, Map<String, String> query) {
    String contentType = contentType(http.header("Content-Type"));
    Body body = bodies.read(http, "the call's payload");
    try {
      if (!Call.isJson(contentType)) {
        requireNoQuery(query, contentType);
        return new Payload(contentType, body);
      }
      if (query.isEmpty()) {
        return new Payload(contentType, body);
      }
      return body.isEmpty()
          ? ofQuery(query)
          : new Payload(contentType, body.with(merged(query, body.bytes())));
    } catch (Problem problem) {
      body.close();
      throw problem;
    }
  }

  private static String contentType(@Nullable String header) {
    if (header == null) {
      return Call.JSON;
    }
    if (!CONTENT_TYPE.matcher(header).matches()) {
      throw Problem.badRequest(
          "Content-Type '%s': expected a type and a subtype, such as application/json"
              .formatted(header));
    }
    var charset = CHARSET.matcher(header);
    if (Call.isJson(header) && charset.find() && !UTF_8.matcher(charset.group(1)).matches()) {
      throw Problem.ofGateway(
          415, "bad-request", "Content-Type '%s': JSON is read as UTF-8 alone".formatted(header));
    }
    return header;
  }

  private static void requireNoQuery(Map<String, String> query, String contentType) {
    if (!query.isEmpty()) {
      throw Problem.badRequest(
          "the parameters %s of the query and a body of Content-Type '%s' cannot go together: such a"
                  .formatted(query.keySet(), contentType)
              + " body reaches the function as it is, as its parameter body. Send all parameters as"
              + " a JSON object with Content-Type: application/json, or leave the body and its"
              + " Content-Type out");
    }
  }

  /** The JSON object of the body, with the query's parameters before its members. */
  private static byte[] merged(Map<String, String> query, byte[] body) {
    try {
      int members = Json.requireObjectWithout(query.keySet(), body);
      byte[] first = Json.bytes(json(query));
      int rest = members == 0 ? body.length : openingBrace(body) + 1;
      byte[] merged = Arrays.copyOf(first, first.length + body.length - rest);
      System.arraycopy(body, rest, merged, first.length, body.length - rest);
      if (members > 0) {
        merged[first.length - 1] = ',';
      }
      return merged;
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest("the parameters are wrong: " + e.getMessage());
    }
  }

  private static int openingBrace(byte[] object) {
    int at = 0;
    while (object[at] != '{') {
      at++;
    }
    return at;
  }

  private static ObjectNode json(Map<String, String> query) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    query.forEach(json::put);
    return json;
  }
}
