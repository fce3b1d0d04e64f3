package fob.driver;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An error as the user sees it. Each part has a limit, so that the whole is never too large to be
 * sent. Immutable.
 */
final class Failure extends Exception {

  private static final long serialVersionUID = 1;
  private static final int LONGEST_MESSAGE = 8192; // this and the next three in bytes of JSON
  private static final int LONGEST_TEXT = 1024;
  private static final int LONGEST_ENTRY = 512;
  private static final int LARGEST_LIST = 22 * 1024;
  private static final int MOST_ENTRIES = 100;
  private static final int MOST_NAMES = 10;
  private static final int LONGEST_NAME = 64;

  private final int status;
  private final transient Map<String, Object> error = new LinkedHashMap<>();

  Failure(int status, String reason, String message, Map<String, ?> details) {
    super(reason, null, false, false);
    this.status = status;
    error.put("reason", reason);
    error.put("message", cut(message, LONGEST_MESSAGE));
    details.forEach((name, part) -> error.put(name, bounded(part)));
  }

  Failure(int status, String reason, String message) {
    this(status, reason, message, Map.of());
  }

  static Failure badRequest(String message) {
    return new Failure(400, "bad-request", message);
  }

  /** A failed load. */
  static Failure load(String type, String message) {
    return new Failure(502, "failed", message, Map.of("type", type));
  }

  /** A failure of the driver's own code. Only the log gets the stack. */
  static Failure ofDriver(int status, String reason, Throwable error) {
    return new Failure(
        status,
        reason,
        "the driver failed, which is no fault of the function's: "
            + error.getClass().getName()
            + "; its log has the details");
  }

  Failure withStatus(int other) {
    Map<String, Object> details = new LinkedHashMap<>(error);
    return new Failure(other, reason(), message(), without(details));
  }

  private static Map<String, Object> without(Map<String, Object> details) {
    details.remove("reason");
    details.remove("message");
    return details;
  }

  int status() {
    return status;
  }

  String reason() {
    return String.valueOf(error.get("reason"));
  }

  String message() {
    return String.valueOf(error.get("message"));
  }

  Map<String, Object> error() {
    return error;
  }

  /** Returns the lines for the log. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(error.getOrDefault("type", reason()) + ": " + message());
    if (error.get("stack") instanceof List<?> stack) {
      stack.forEach(line -> lines.add(String.valueOf(line)));
    }
    return lines;
  }

  /** Lists the first names for a message. */
  static String listed(List<String> names) {
    String shown =
        String.join(", ", names.stream().limit(MOST_NAMES).map(n -> cut(n, LONGEST_NAME)).toList());
    return names.size() <= MOST_NAMES
        ? shown
        : shown + " and " + (names.size() - MOST_NAMES) + " more";
  }

  private static Object bounded(Object part) {
    if (part instanceof String text) {
      return cut(text, LONGEST_TEXT);
    }
    if (!(part instanceof List<?> list)) {
      return part;
    }
    List<String> entries = new ArrayList<>();
    int left = LARGEST_LIST;
    for (Object entry : list.subList(0, Math.min(list.size(), MOST_ENTRIES))) {
      String cut = cut(String.valueOf(entry), LONGEST_ENTRY);
      left -= size(cut) + 4;
      if (left < 0) {
        break;
      }
      entries.add(cut);
    }
    if (entries.size() < list.size()) {
      entries.add("and " + (list.size() - entries.size()) + " more");
    }
    return entries;
  }

  private static int size(String text) {
    int size = 0;
    for (int i = 0; i < text.length(); i++) {
      size += size(text.charAt(i));
    }
    return size;
  }

  private static int size(char c) {
    return c < ' ' || c > '~' ? 6 : c == '"' || c == '\\' ? 2 : 1;
  }

  /**
   * Returns the text, or its beginning and … if it needs more bytes as JSON. It has no surrogate
   * alone.
   */
  static String cut(String text, int mostBytes) {
    StringBuilder kept = new StringBuilder();
    int left = mostBytes;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      left -= pair ? 12 : size(c);
      if (left < 0) {
        return kept.append('…').toString();
      }
      kept.append(!pair && Character.isSurrogate(c) ? '\uFFFD' : c);
      if (pair) {
        kept.append(text.charAt(++i));
      }
    }
    return kept.toString();
  }
}
