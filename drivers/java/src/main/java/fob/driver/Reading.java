package fob.driver;

import fob.driver.json.JsonException;
import fob.driver.json.JsonReader;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parses the bodies of requests and refuses invalid ones. */
final class Reading {

  private static final int MOST_LOG_BYTES = 65_536;
  private static final String LOG_BYTES = "fob-log-bytes";

  private Reading() {}

  /**
   * A request for a call.
   *
   * @param raw whether the body is not JSON, so that it is a parameter itself
   */
  record Run(Map<String, @Nullable Object> parameters, boolean raw, Context context, int logBytes) {

    @Nullable String requestId() {
      return context.requestId();
    }
  }

  /**
   * A request for a load.
   *
   * @param entry the path of the entry file in an archive; null: any of the usual ones
   */
  record Init(
      byte[] code, boolean archive, @Nullable String entry, String main, Map<String, String> env) {}

  /** Returns the id in the body or in the header, or null, also of a request that is wrong. */
  static @Nullable String requestId(Http1.Request request) {
    if (isJson(request)) {
      try {
        if (JsonReader.read(request.body()) instanceof Map<?, ?> map
            && map.get("request_id") instanceof String id
            && Http1.isRequestId(id)) {
          return id;
        }
      } catch (JsonException e) {
        return Http1.callId(request.headers());
      }
    }
    return Http1.callId(request.headers());
  }

  static Run run(Http1.Request request) throws Failure {
    String id = Http1.callId(request.headers());
    if (id == null && request.headers().containsKey("fob-request-id")) {
      throw badId();
    }
    int header = logBytes(request.headers().get(LOG_BYTES));
    String deadline = request.headers().get("fob-deadline");
    String parent = request.headers().get("traceparent");
    String state = request.headers().get("tracestate");
    if (!isJson(request)) {
      String type = request.header("content-type");
      Context context = new Context(id, deadline, parent, state);
      return new Run(new HashMap<>(Call.raw(request.body(), type)), true, context, header);
    }
    Map<String, @Nullable Object> call = object(request.body());
    Object member = call.get("request_id");
    if (member != null && !"".equals(member)) {
      if (!(member instanceof String text) || !Http1.isRequestId(text)) {
        throw badId();
      }
      id = text;
    }
    Object wanted = call.get("log_bytes");
    int logBytes =
        wanted == null ? header : logBytes(wanted instanceof Long ? wanted.toString() : "");
    Context context =
        new Context(
            id,
            call.getOrDefault("deadline", deadline),
            call.getOrDefault("traceparent", parent),
            call.getOrDefault("tracestate", state));
    return new Run(value(call), false, context, logBytes);
  }

  private static boolean isJson(Http1.Request request) {
    String type = request.header("content-type");
    return type.isEmpty()
        || type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("application/json");
  }

  private static int logBytes(@Nullable String text) throws Failure {
    if (text == null) {
      return 0;
    }
    if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) > MOST_LOG_BYTES) {
      throw Failure.badRequest("log_bytes must be a whole number from 0 to " + MOST_LOG_BYTES);
    }
    return Integer.parseInt(text);
  }

  private static Failure badId() {
    // It begins log lines.
    return Failure.badRequest(
        "request_id must be 1 to 200 visible ASCII characters without spaces");
  }

  @SuppressWarnings("unchecked") // the reader makes such maps
  private static Map<String, @Nullable Object> object(byte[] body) throws Failure {
    try {
      if (JsonReader.read(body) instanceof Map<?, ?> map) {
        return (Map<String, @Nullable Object>) map;
      }
    } catch (JsonException e) {
      throw Failure.badRequest("the body is not JSON: " + e.getMessage());
    }
    throw Failure.badRequest("the body must be a JSON object with the member \"value\"");
  }

  @SuppressWarnings("unchecked") // the reader makes such maps
  private static Map<String, @Nullable Object> value(Map<String, @Nullable Object> body)
      throws Failure {
    if (body.get("value") instanceof Map<?, ?> value) {
      return (Map<String, @Nullable Object>) value;
    }
    throw Failure.badRequest(
        "the member \"value\" must be an object, such as {\"value\":{\"param1\":1}}");
  }

  static Init init(Http1.Request request) throws Failure {
    Map<String, @Nullable Object> value = value(object(request.body()));
    Object main = value.get("main");
    Object entry = value.get("entry");
    boolean texts =
        (main == null || main instanceof String) && (entry == null || entry instanceof String);
    if (!(value.get("code") instanceof String code) || !texts) {
      throw Failure.badRequest(
          "value.code must be the source text, value.main the name of a method, and value.entry a"
              + " path");
    }
    boolean binary = Boolean.TRUE.equals(value.get("binary"));
    if (!binary && entry != null) {
      throw Failure.badRequest("value.entry is for archives, and value.binary is not true");
    }
    return new Init(
        binary ? decoded(code) : code.getBytes(java.nio.charset.StandardCharsets.UTF_8),
        binary,
        (String) entry,
        main == null || "".equals(main) ? Function.ENTRY_POINT : (String) main,
        environment(value.get("env")));
  }

  private static byte[] decoded(String code) throws Failure {
    try {
      byte[] archive = Base64.getMimeDecoder().decode(code);
      if (Archive.isArchive(archive)) {
        return archive;
      }
      throw Failure.badRequest("value.code is neither a zip file nor a gzipped tar archive");
    } catch (IllegalArgumentException e) {
      throw Failure.badRequest("value.code must be base64, as value.binary is true");
    }
  }

  private static Map<String, String> environment(@Nullable Object env) throws Failure {
    Map<String, String> all = new HashMap<>();
    if (env == null) {
      return all;
    }
    Failure wrong = Failure.badRequest("value.env must be an object of names and texts");
    if (!(env instanceof Map<?, ?> map)) {
      throw wrong;
    }
    for (Map.Entry<?, ?> variable : map.entrySet()) {
      String name = String.valueOf(variable.getKey());
      if (!(variable.getValue() instanceof String text)
          || !name.matches("[^=\\x00]+")
          || text.indexOf('\0') >= 0) {
        throw wrong;
      }
      all.put(name, text);
    }
    return all;
  }
}
