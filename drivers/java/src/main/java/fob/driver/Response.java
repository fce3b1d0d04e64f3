package fob.driver;

import fob.driver.json.JsonWriter;
import fob.driver.json.NotJson;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A response.
 *
 * @param close whether it is the last of its connection
 * @param sent is run when the response has been written, or cannot be
 */
record Response(int status, byte[] body, String headers, boolean close, Runnable sent) {

  private static final Map<Integer, String> PHRASES =
      Map.ofEntries(
          Map.entry(200, "OK"),
          Map.entry(400, "Bad Request"),
          Map.entry(403, "Forbidden"),
          Map.entry(404, "Not Found"),
          Map.entry(405, "Method Not Allowed"),
          Map.entry(411, "Length Required"),
          Map.entry(413, "Content Too Large"),
          Map.entry(422, "Unprocessable Content"),
          Map.entry(429, "Too Many Requests"),
          Map.entry(431, "Request Header Fields Too Large"),
          Map.entry(500, "Internal Server Error"),
          Map.entry(502, "Bad Gateway"),
          Map.entry(503, "Service Unavailable"));

  private static void nothing() {}

  static Response json(int status, Object value) {
    return new Response(status, bytes(value), "", false, Response::nothing);
  }

  static Response of(Failure failure, @Nullable String requestId) {
    return of(failure, requestId, null);
  }

  /**
   * Returns the response to a request that failed.
   *
   * @param log the last lines that the call has written; null: nobody asked
   */
  static Response of(Failure failure, @Nullable String requestId, @Nullable List<String> log) {
    Map<String, Object> body =
        log == null ? Map.of("error", failure.error()) : ordered(failure.error(), log);
    String headers = failure.reason().equals("busy") ? "Retry-After: 1\r\n" : "";
    boolean close = failure.reason().equals("draining");
    return new Response(
        failure.status(), bytes(body), headers + naming(requestId), close, Response::nothing);
  }

  private static Map<String, Object> ordered(Object error, Object log) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("error", error);
    body.put("log", log);
    return body;
  }

  /** Returns the response of a call that has a result. */
  static Response ofResult(byte[] result, @Nullable String requestId, @Nullable List<String> log) {
    ByteArrayOutputStream body = new ByteArrayOutputStream(result.length + 16);
    body.writeBytes("{\"result\":".getBytes(StandardCharsets.UTF_8));
    body.writeBytes(result);
    if (log != null) {
      body.writeBytes(",\"log\":".getBytes(StandardCharsets.UTF_8));
      body.writeBytes(bytes(log));
    }
    body.write('}');
    return new Response(200, body.toByteArray(), naming(requestId), false, Response::nothing);
  }

  /** The header that names the request of a response. */
  private static String naming(@Nullable String requestId) {
    return requestId == null ? "" : "Fob-Request-Id: " + requestId + "\r\n";
  }

  Response andThen(Runnable done) {
    return new Response(status, body, headers, close, done);
  }

  Response closing(String more) {
    return new Response(status, body, headers + more, true, sent);
  }

  byte[] toBytes(boolean last) {
    byte[] head =
        ("HTTP/1.1 "
                + status
                + " "
                + PHRASES.get(status)
                + "\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length
                + "\r\n"
                + headers
                + (last ? "Connection: close\r\n\r\n" : "\r\n"))
            .getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    return all;
  }

  /** Encodes the driver's own values. */
  static byte[] bytes(Object value) {
    try {
      return JsonWriter.write(value, Integer.MAX_VALUE).toBytes();
    } catch (NotJson e) {
      throw new IllegalStateException(e);
    }
  }
}
