package fob.driver.install;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks of a {@link StepServer}.
 *
 * @param verb {@code lock} or {@code install}
 * @param variables for the step
 */
record StepRequest(String verb, Map<String, String> variables, Duration timeout) {

  private static final Set<String> STEPS = Set.of("/lock", "/install");
  private static final String HEALTH = "/health";
  private static final Pattern LENGTH = Pattern.compile("\\d{1,18}");
  private static final Pattern MILLIS = Pattern.compile("\\d{1,7}");
  private static final Pattern VARIABLE = Pattern.compile("FOB_[A-Z0-9_]+");
  private static final long MOST_BYTES = 96L << 20;
  private static final int LONGEST_MS = 3_600_000;
  private static final String BEARER = "Bearer ";
  private static final String BAD = "bad-request";

  /** The request is no step. The message is for the client. */
  static final class Refused extends Exception {

    private static final long serialVersionUID = 1;

    private final int status;
    private final String reason;

    Refused(int status, String reason, String message) {
      super(message);
      this.status = status;
      this.reason = reason;
    }

    int status() {
      return status;
    }

    String reason() {
      return reason;
    }
  }

  /**
   * Reads the heads of requests. Immutable.
   *
   * @param token the SHA-256 of the token, in hexadecimal
   */
  record Rules(String token) {

    StepRequest check(HttpExchange exchange) throws Refused {
      String path = exchange.getRequestURI().getPath();
      String method = exchange.getRequestMethod();
      if (path.equals(HEALTH) || (STEPS.contains(path) && !method.equals("POST"))) {
        throw new Refused(405, "method-not-allowed", method + " is not allowed for " + path);
      }
      if (!STEPS.contains(path)) {
        throw new Refused(404, "not-found", "expected GET /health, POST /lock or POST /install");
      }
      Headers headers = exchange.getRequestHeaders();
      checkToken(headers.getFirst("Authorization"));
      checkLength(headers);
      return new StepRequest(path.substring(1), variables(headers), timeout(headers));
    }

    private void checkToken(@Nullable String authorization) throws Refused {
      String text = authorization == null ? "" : authorization;
      String bearer = text.startsWith(BEARER) ? text.substring(BEARER.length()) : "";
      byte[] digest = sha256(bearer.getBytes(StandardCharsets.UTF_8));
      if (!MessageDigest.isEqual(digest, HexFormat.of().parseHex(token)) || bearer.isEmpty()) {
        throw new Refused(
            401,
            "unauthorized",
            "expected Authorization: Bearer, with the token whose SHA-256 is in FOB_INSTALL_TOKEN_SHA256");
      }
    }
  }

  private static byte[] sha256(byte[] of) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(of);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void checkLength(Headers headers) throws Refused {
    String length = headers.getFirst("Content-Length");
    if (length == null
        || !LENGTH.matcher(length).matches()
        || headers.containsKey("Transfer-Encoding")) {
      throw new Refused(411, BAD, "expected a body with a Content-Length");
    }
    if (Long.parseLong(length) > MOST_BYTES) {
      throw new Refused(
          413, BAD, "the body has %s bytes, the limit is %d".formatted(length, MOST_BYTES));
    }
  }

  private static Duration timeout(Headers headers) throws Refused {
    String millis = headers.getFirst("Fob-Timeout-Ms");
    int value = millis != null && MILLIS.matcher(millis).matches() ? Integer.parseInt(millis) : 0;
    if (value < 1 || value > LONGEST_MS) {
      throw new Refused(400, BAD, "expected Fob-Timeout-Ms: 1 to " + LONGEST_MS);
    }
    return Duration.ofMillis(value);
  }

  private static Map<String, String> variables(Headers headers) throws Refused {
    String all = headers.getFirst("Fob-Environment");
    Map<String, String> variables = new HashMap<>();
    for (String each : all == null || all.isEmpty() ? new String[0] : all.split("&", -1)) {
      int equals = each.indexOf('=');
      String name = decoded(each.substring(0, Math.max(0, equals)));
      String value = decoded(each.substring(equals + 1));
      if (!VARIABLE.matcher(name).matches() || value.indexOf('\0') >= 0) {
        throw new Refused(
            400,
            BAD,
            "Fob-Environment has '%s', expected names such as FOB_CODE_ENTRY and values without NUL"
                .formatted(name));
      }
      variables.put(name, value);
    }
    return variables;
  }

  private static String decoded(String text) throws Refused {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      throw new Refused(400, BAD, "Fob-Environment is malformed: " + malformed.getMessage());
    }
  }
}
