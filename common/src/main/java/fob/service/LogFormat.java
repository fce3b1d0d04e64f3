package fob.service;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a process writes its log: lines for people, or one JSON object a line. */
public enum LogFormat {
  TEXT,
  JSON;

  private static final String KEY = "FOB_LOG";

  // log4j2.xml reads both when the first logger is created.
  private static final String FORMAT_PROPERTY = "fob.log.format";
  private static final String SERVICE_PROPERTY = "fob.service";

  /** Reads {@code FOB_LOG}; the environment collects the problems. */
  public static LogFormat from(Env env) {
    return env.value(
        KEY,
        "how log lines look: text, or json for one object a line",
        TEXT,
        expected(),
        text -> of(text).orElseThrow(IllegalArgumentException::new));
  }

  /** Returns the format with this name; empty if there is none. */
  public static Optional<LogFormat> of(String name) {
    return Arrays.stream(values()).filter(each -> each.toString().equals(name)).findFirst();
  }

  /** Returns the format of this process: text, unless {@link #use} has chosen another one. */
  public static LogFormat ofProcess() {
    return of(System.getProperty(FORMAT_PROPERTY, "")).orElse(TEXT);
  }

  /** Says which names there are. */
  public static String expected() {
    return Arrays.stream(values()).map(LogFormat::toString).collect(Collectors.joining(" or "));
  }

  /**
   * Makes this the format of this process. To be called before the first logger is created.
   *
   * @param service the name of what runs, which each JSON object has
   */
  public void use(String service) {
    System.setProperty(FORMAT_PROPERTY, toString());
    System.setProperty(SERVICE_PROPERTY, service);
  }

  /** Prints a line for people; writes it to the log instead if that is JSON. */
  public void say(Consumer<String> out, String line) {
    if (this == JSON) {
      logger().atInfo().log("{}", line);
    } else {
      out.accept(line);
    }
  }

  /**
   * Prints why something failed; writes it to the log instead if that is JSON.
   *
   * @param who what failed, such as {@code fob gateway}
   */
  public void complain(Consumer<String> err, String who, String problem) {
    if (this == JSON) {
      logger().atError().log("{}", problem);
    } else {
      err.accept(who + ": " + problem);
    }
  }

  private static Logger logger() {
    return LoggerFactory.getLogger(LogFormat.class);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
