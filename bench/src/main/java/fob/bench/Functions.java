package fob.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.bus.wire.Json;
import java.io.IOException;

/** Registers functions and removes them. */
final class Functions {

  /** A header with which a registration waits until the function is ready. */
  static final String WAIT = "Prefer: wait=60\r\n";

  /** The parameters of a call without any, as JSON. */
  static final String NO_PARAMETERS = "{}";

  private static final String CODE = "Content-Type: text/plain\r\n";
  private static final int CREATED = 201;
  private static final int REMOVED = 204;

  private Functions() {}

  /**
   * Registers a function and returns its id.
   *
   * @param settings as in a query string; may be empty
   * @param headers further headers, each with its line end
   */
  static String register(HttpConnection http, String settings, String headers, String code)
      throws IOException {
    HttpConnection.Response response =
        http.exchange(HttpConnection.request("POST", "/api/gen?" + settings, CODE + headers, code));
    if (response.status() != CREATED) {
      throw new IOException("the function was not registered: " + response);
    }
    return Json.parse(response.body().getBytes(UTF_8)).path("id").asText();
  }

  static void remove(HttpConnection http, String id) throws IOException {
    HttpConnection.Response response =
        http.exchange(HttpConnection.request("DELETE", "/api/gen/" + id, "", ""));
    if (response.status() != REMOVED) {
      throw new IOException("the function was not removed: " + response);
    }
  }

  /**
   * Returns the request of a call.
   *
   * @param parameters as JSON; with {@link #NO_PARAMETERS} it is a GET
   */
  static byte[] call(String id, String parameters) {
    if (parameters.equals(NO_PARAMETERS)) {
      return HttpConnection.request("GET", "/api/call/" + id, "", "");
    }
    return HttpConnection.request(
        "POST", "/api/call/" + id, "Content-Type: application/json\r\n", parameters);
  }
}
