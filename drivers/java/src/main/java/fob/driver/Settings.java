package fob.driver;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The driver's settings. Immutable.
 *
 * @param entry the path of the entry file, if the code is an archive
 * @param memoryMiB the instance's memory; 0: unknown
 */
record Settings(
    SocketAddress listen,
    Source code,
    @Nullable String entry,
    Source layer,
    @Nullable String secretsUrl,
    List<String> secretEnv,
    @Nullable String token,
    String functionId,
    int concurrency,
    int timeoutMs,
    int maxResultBytes,
    boolean network,
    int memoryMiB) {

  private static final Pattern ADDRESS = Pattern.compile("tcp:(.+):([0-9]{1,5})");
  private static final Pattern URL = Pattern.compile("(file:(//)?/|https?://)[!-~]+");
  private static final Pattern NAMES =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(,[A-Za-z_][A-Za-z0-9_]*)*");
  private static final int LONGEST_SOCKET_PATH =
      100; // Linux takes 107 bytes, and the temporary name is longer
  private static final int DAY_MS = 24 * 60 * 60 * 1000;
  private static final int LARGEST_RESULT = 1 << 30;

  /**
   * Where something is fetched from.
   *
   * @param url null: nowhere
   */
  record Source(@Nullable String url, @Nullable String sha256) {}

  /** The message has all problems in one line. */
  static final class BadSettings extends Exception {
    private static final long serialVersionUID = 1;

    BadSettings(String problems) {
      super(problems);
    }
  }

  static Settings from(Map<String, String> env) throws BadSettings {
    Reader reader = new Reader(env, new ArrayList<>());
    Settings settings =
        new Settings(
            reader.address(),
            reader.source("FOB_CODE_URL", "FOB_CODE_SHA256"),
            reader.text("FOB_CODE_ENTRY"),
            reader.source("FOB_LAYER_URL", "FOB_LAYER_SHA256"),
            reader.url("FOB_SECRETS_URL"),
            reader.names("FOB_SECRET_ENV"),
            reader.token(),
            reader.or("FOB_FUNCTION_ID", "-"),
            reader.number("FOB_CONCURRENCY", 8, 1000),
            reader.number("FOB_TIMEOUT_MS", 30_000, DAY_MS),
            reader.number("FOB_MAX_RESULT_BYTES", 1 << 20, LARGEST_RESULT),
            reader.network(),
            reader.number("FOB_MEMORY_MIB", 0, 1 << 24));
    if (!reader.problems.isEmpty()) {
      throw new BadSettings(String.join("; ", reader.problems));
    }
    return settings;
  }

  private record Reader(Map<String, String> env, List<String> problems) {

    /** A variable that is set but empty counts as not set. */
    @Nullable String text(String name) {
      String value = env.get(name);
      return value == null || value.isEmpty() ? null : value;
    }

    String or(String name, String fallback) {
      String value = text(name);
      return value == null ? fallback : value;
    }

    private void wrong(String name, String expected) {
      problems.add(name + " is '" + Failure.cut(or(name, ""), 200) + "', expected " + expected);
    }

    int number(String name, int fallback, int highest) {
      String value = text(name);
      if (value == null) {
        return fallback;
      }
      if (value.matches("[0-9]{1,10}")
          && Long.parseLong(value) >= 1
          && Long.parseLong(value) <= highest) {
        return Integer.parseInt(value);
      }
      wrong(name, "a whole number from 1 to " + highest);
      return 1;
    }

    boolean network() {
      String value = or("FOB_NETWORK", "true");
      if (!value.equals("true") && !value.equals("false")) {
        wrong("FOB_NETWORK", "true or false");
      }
      return value.equals("true");
    }

    @Nullable String url(String name) {
      String value = text(name);
      if (value != null && !URL.matcher(value).matches()) {
        wrong(name, "a URL that starts with file:, http: or https:");
      }
      return value;
    }

    Source source(String url, String sha256) {
      String sum = text(sha256);
      if (sum != null && !sum.matches("[0-9a-fA-F]{64}")) {
        wrong(sha256, "64 hexadecimal digits");
      }
      return new Source(url(url), sum == null ? null : sum.toLowerCase(Locale.ROOT));
    }

    @Nullable String token() {
      String value = text("FOB_CODE_TOKEN");
      if (value != null && !value.matches("[!-~]+")) {
        problems.add("FOB_CODE_TOKEN is (hidden), expected visible ASCII characters");
      }
      return value;
    }

    List<String> names(String name) {
      String value = text(name);
      if (value == null) {
        return List.of();
      }
      if (!NAMES.matcher(value).matches()) {
        wrong(name, "names with commas between them");
      }
      return List.of(value.split(",", -1));
    }

    SocketAddress address() {
      String value = or("FOB_LISTEN", "tcp:0.0.0.0:8080");
      Matcher tcp = ADDRESS.matcher(value);
      boolean path = value.startsWith("unix:/");
      if (path && value.getBytes(StandardCharsets.UTF_8).length - 5 <= LONGEST_SOCKET_PATH) {
        return UnixDomainSocketAddress.of(value.substring(5));
      }
      if (tcp.matches() && Integer.parseInt(tcp.group(2)) < 65536) {
        String host = tcp.group(1).replaceAll("^\\[|\\]$", "");
        return new InetSocketAddress(host, Integer.parseInt(tcp.group(2)));
      }
      wrong(
          "FOB_LISTEN", "unix:/path (at most " + LONGEST_SOCKET_PATH + " bytes) or tcp:HOST:PORT");
      return new InetSocketAddress(0);
    }
  }
}
