package fob.gateway.http;

import java.util.Objects;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/**
 * Rules for every request: its method is one of HTTP's, headers with a single value occur once, and
 * its body is not encoded. Jetty has already refused malformed HTTP. Thread-safe.
 */
final class RequestRules {

  /** In lower case. */
  private static final Set<String> SINGLE =
      Set.of("content-type", "authorization", "idempotency-key", "traceparent", "origin", "expect");

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE");

  private RequestRules() {}

  /**
   * @return the number of characters of the request's target and headers
   * @throws Problem 400, 415 or 501 if the request breaks a rule
   */
  static int check(Request request) {
    if (!METHODS.contains(request.getMethod())) {
      throw Problem.ofGateway(
          501, "unknown-method", "there is no method '%s' here".formatted(request.getMethod()));
    }
    int size = request.getHttpURI().getPathQuery().length();
    for (HttpField field : request.getHeaders()) {
      String value = Objects.requireNonNullElse(field.getValue(), "");
      size += field.getName().length() + value.length();
      if (SINGLE.contains(field.getLowerCaseName())) {
        requireOnce(request, field);
      } else if (field.getHeader() == HttpHeader.CONTENT_ENCODING) {
        requireEncoding(field, "identity", 415);
      } else if (field.getHeader() == HttpHeader.TRANSFER_ENCODING) {
        requireEncoding(field, "chunked", 501);
      }
    }
    return size;
  }

  /** fob does not decode bodies, so it would misread any other encoding. */
  private static void requireEncoding(HttpField field, String known, int status) {
    if (!known.equalsIgnoreCase(field.getValue())) {
      throw Problem.ofGateway(
              status,
              "bad-request",
              "%s '%s': expected a body as it is, without an encoding"
                  .formatted(field.getName(), field.getValue()))
          .header("Accept-Encoding", "identity")
          .header("Connection", "close");
    }
  }

  private static void requireOnce(Request request, HttpField field) {
    if (request.getHeaders().getFields(field.getName()).size() > 1) {
      throw Problem.badRequest("the header %s is given more than once".formatted(field.getName()))
          .header("Connection", "close");
    }
  }
}
