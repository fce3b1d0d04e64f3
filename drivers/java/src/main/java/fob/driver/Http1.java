package fob.driver;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parses the requests of one connection. It is strict: it refuses everything that another parser
 * may understand differently. Used by the server's thread alone.
 */
final class Http1 {

  static final int LONGEST_HEAD = 16 * 1024;
  static final int LONGEST_BODY = 8 << 20;

  private static final Pattern REQUEST_LINE =
      Pattern.compile("([A-Z]{1,16}) (/[!-~]*) HTTP/1\\.([01])");
  private static final Pattern HEADER =
      Pattern.compile("([!#$%&'*+\\-.^_`|~0-9A-Za-z]+):[ \\t]*([^\\x00\\r\\n]*)");
  private static final Pattern REQUEST_ID = Pattern.compile("[!-~]{1,200}");
  private static final Pattern LENGTH = Pattern.compile("[0-9]+");
  private static final Set<String> ONLY_ONCE =
      Set.of("content-length", "host", "content-type", "fob-request-id");
  private static final int MOST_DIGITS = 10;
  private static final int LONGEST_SHOWN = 100;

  /** A request that cannot be parsed. The start of the next one is unknown. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;
    private final int status;
    private final @Nullable String callId;

    Refused(int status, String message, @Nullable String callId) {
      super(message, null, false, false);
      this.status = status;
      this.callId = callId;
    }

    Failure failure() {
      return new Failure(status, "bad-request", String.valueOf(getMessage()));
    }

    @Nullable String callId() {
      return callId;
    }
  }

  /** The head of a request. */
  record Request(
      String method, String path, Map<String, String> headers, boolean keepAlive, byte[] body) {

    String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  private byte[] buffer = new byte[8192];
  private int length;
  private int scanned; // no end of a head is before it
  private @Nullable Request head;
  private int bodyStart;
  private int bodyLength;
  private boolean mayExpect;

  int size() {
    return length;
  }

  void add(byte[] chunk, int count) {
    if (length + count > buffer.length) {
      int wanted = Math.max(head == null ? 0 : bodyStart + bodyLength, length + count);
      buffer =
          Arrays.copyOf(
              buffer, Math.max(wanted, Math.min(2 * buffer.length, length + count + LONGEST_HEAD)));
    }
    System.arraycopy(chunk, 0, buffer, length, count);
    length += count;
  }

  /** Returns the next complete request, or null. */
  @Nullable Request next() throws Refused {
    if (head == null) {
      int end = endOfHead();
      if ((end < 0 ? length : end) > LONGEST_HEAD) {
        throw new Refused(
            431, "the request's head is longer than " + LONGEST_HEAD + " bytes", null);
      }
      if (end < 0) {
        return null;
      }
      Request parsed = parse(new String(buffer, 0, end, StandardCharsets.ISO_8859_1));
      bodyStart = end + 4;
      bodyLength = bodyLength(parsed.headers);
      mayExpect = parsed.header("expect").equalsIgnoreCase("100-continue");
      head = parsed;
    }
    if (length < bodyStart + bodyLength) {
      return null;
    }
    Request parsed = head;
    byte[] body = Arrays.copyOfRange(buffer, bodyStart, bodyStart + bodyLength);
    consume(bodyStart + bodyLength);
    return new Request(parsed.method, parsed.path, parsed.headers, parsed.keepAlive, body);
  }

  private void consume(int count) {
    length -= count;
    if (buffer.length > 4 * LONGEST_HEAD) {
      buffer = Arrays.copyOfRange(buffer, count, count + Math.max(length, 8192));
    } else {
      System.arraycopy(buffer, count, buffer, 0, length);
    }
    scanned = 0;
    head = null;
  }

  private int endOfHead() {
    for (int i = scanned; i + 3 < length; i++) {
      if (buffer[i] == '\r'
          && buffer[i + 1] == '\n'
          && buffer[i + 2] == '\r'
          && buffer[i + 3] == '\n') {
        return i;
      }
    }
    scanned = Math.max(0, length - 3);
    return -1;
  }

  /** Returns whether the client waits for {@code 100 Continue}; once for each request. */
  boolean wantsContinue() {
    boolean wants = head != null && mayExpect;
    mayExpect = false;
    return wants;
  }

  private static Request parse(String head) throws Refused {
    String[] lines = head.split("\r\n", -1);
    Matcher first = REQUEST_LINE.matcher(lines[0]);
    if (!first.matches()) {
      throw new Refused(
          400,
          "the first line is not that of an HTTP/1.1 request, such as: POST /run HTTP/1.1",
          null);
    }
    Map<String, String> headers = new HashMap<>();
    for (int i = 1; i < lines.length; i++) {
      Matcher header = HEADER.matcher(lines[i]);
      if (!header.matches()) {
        throw new Refused(
            400, "this header line is malformed: " + Failure.cut(lines[i], LONGEST_SHOWN), null);
      }
      String name = header.group(1).toLowerCase(Locale.ROOT);
      if (headers.put(name, header.group(2).stripTrailing()) != null && ONLY_ONCE.contains(name)) {
        throw new Refused(400, "there is more than one " + name, null);
      }
    }
    boolean is11 = first.group(3).equals("1");
    if (is11 && !headers.containsKey("host")) {
      throw new Refused(400, "HTTP/1.1 demands a Host header", null);
    }
    boolean close =
        headers.getOrDefault("connection", "").toLowerCase(Locale.ROOT).contains("close");
    String path = first.group(2).split("\\?", 2)[0];
    return new Request(first.group(1), path, headers, is11 && !close, new byte[0]);
  }

  private static int bodyLength(Map<String, String> headers) throws Refused {
    String callId = callId(headers);
    if (headers.containsKey("transfer-encoding")) {
      throw new Refused(411, "send a Content-Length: chunked bodies are not supported", callId);
    }
    String length = headers.getOrDefault("content-length", "0");
    if (!LENGTH.matcher(length).matches()) {
      throw new Refused(400, "Content-Length is not a number", callId);
    }
    if (length.length() > MOST_DIGITS || Long.parseLong(length) > LONGEST_BODY) {
      throw new Refused(413, "the body is longer than " + LONGEST_BODY + " bytes", callId);
    }
    return Integer.parseInt(length);
  }

  static boolean isRequestId(String text) {
    return REQUEST_ID.matcher(text).matches();
  }

  /** Returns the request id in the header, or null if there is no valid one. */
  static @Nullable String callId(Map<String, String> headers) {
    String id = headers.getOrDefault("fob-request-id", "");
    return isRequestId(id) ? id : null;
  }
}
