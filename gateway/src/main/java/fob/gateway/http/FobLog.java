package fob.gateway.http;

import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The header {@code Fob-Log: tail} of a call, with which the reply has the end of the call's log:
 * in the header {@code Fob-Log-Tail}, or in the problem if the call failed.
 */
public final class FobLog {

  static final String REPLY = "Fob-Log-Tail";

  private static final String REQUEST = "Fob-Log";
  private static final String TAIL = "tail";
  private static final int BYTES = 4 * 1024;

  /** The most bytes of the header's value. Clients and proxies often take 8 KiB of headers. */
  private static final int LONGEST = 6 * 1024;

  private static final String ESCAPED = "%0A";

  private FobLog() {}

  /**
   * Returns how many bytes of the log the client wants with the reply.
   *
   * @throws Problem 400 if the header has an unknown value, or the client does not wait
   */
  public static int wanted(Context http, boolean respondAsync) {
    String value = http.header(REQUEST);
    if (value == null) {
      return 0;
    }
    if (!value.equals(TAIL)) {
      throw Problem.badRequest("%s: '%s': expected %s".formatted(REQUEST, value, TAIL));
    }
    if (respondAsync) {
      throw Problem.badRequest(
          "%s is for calls whose reply the client waits for; of an asynchronous call /api/logs has the"
                  .formatted(REQUEST)
              + " log, with ?request= and its request id");
    }
    return BYTES;
  }

  /**
   * Returns the lines as one text: a line feed, a percent sign and what is not visible ASCII are
   * percent-encoded. Earlier lines that do not fit are left out.
   */
  static String header(List<String> lines) {
    StringBuilder text = new StringBuilder();
    for (String line : lines.reversed()) {
      String encoded = encoded(line);
      if (text.length() + encoded.length() + ESCAPED.length() > LONGEST) {
        break;
      }
      text.insert(0, text.isEmpty() ? encoded : encoded + ESCAPED);
    }
    return text.toString();
  }

  private static String encoded(String line) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte b : line.getBytes(StandardCharsets.UTF_8)) {
      if (b >= ' ' && b <= '~' && b != '%') {
        out.write(b);
      } else {
        out.writeBytes("%%%02X".formatted(b).getBytes(StandardCharsets.US_ASCII));
      }
    }
    return out.toString(StandardCharsets.US_ASCII);
  }
}
