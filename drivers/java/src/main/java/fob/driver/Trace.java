package fob.driver;

import java.lang.reflect.Method;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes failures of exceptions, with the lines of the function's code. Exceptions may have classes
 * of the user's, whose code may fail. Thread-safe.
 *
 * @param classes the names of the function's own classes
 */
record Trace(Sources sources, Set<String> classes, boolean hasNetwork) {

  private static final int MOST_CAUSES = 5;
  private static final int FIRST_FRAMES = 15;
  private static final int LAST_FRAMES = 25;
  private static final int LONGEST_LINE = 200;
  private static final int DAY_SECONDS = 86_400;
  private static final String NO_NETWORK =
      " (the function has no network: to give it one, register it with network=true)";

  Trace {
    classes = Set.copyOf(classes);
  }

  Failure failure(int status, String reason, Throwable exception) {
    List<Throwable> chain = chain(exception);
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("type", exception.getClass().getName());
    details.put("stack", lines(chain));
    Double retryAfter = retryAfter(exception);
    if (retryAfter != null) {
      details.put("retry_after", retryAfter);
    }
    StringBuilder message = new StringBuilder(message(exception));
    for (Throwable cause : chain.subList(1, chain.size())) {
      String said = message(cause);
      if (message.indexOf(said) < 0) {
        message.append("; caused by ").append(cause.getClass().getName()).append(": ").append(said);
      }
    }
    if (!hasNetwork && chain.stream().anyMatch(Trace::wantsNetwork)) {
      message.append(NO_NETWORK);
    }
    return new Failure(status, reason, message.toString(), details);
  }

  private static String message(Throwable exception) {
    try {
      if (exception instanceof OutOfMemoryError) {
        return exception.getMessage()
            + ": the function needs more memory than it has, register it with more (memory=)";
      }
      if (exception instanceof StackOverflowError) {
        return "the calls are nested too deeply";
      }
      String message = exception.getMessage();
      return message == null || message.isEmpty() ? exception.getClass().getName() : message;
    } catch (Throwable broken) { // the user's code
      return "(its message cannot be shown: " + broken.getClass().getName() + ")";
    }
  }

  /** Returns the exception, and then its causes. */
  private static List<Throwable> chain(Throwable exception) {
    List<Throwable> chain = new ArrayList<>(List.of(exception));
    try {
      Throwable cause = exception.getCause();
      while (cause != null && chain.size() < MOST_CAUSES && !contains(chain, cause)) {
        chain.add(cause);
        cause = cause.getCause();
      }
    } catch (Throwable broken) { // the user's code
      return chain;
    }
    return chain;
  }

  @SuppressWarnings("ReferenceEquality") // equals may be the user's
  private static boolean contains(List<Throwable> chain, Throwable wanted) {
    return chain.stream().anyMatch(known -> known == wanted);
  }

  private List<String> lines(List<Throwable> chain) {
    List<String> lines = new ArrayList<>();
    boolean first = true;
    for (Throwable link : chain) {
      if (!first) {
        lines.addAll(
            List.of(
                ("Caused by: " + link.getClass().getName() + ": " + message(link))
                    .split("\n", -1)));
      }
      first = false;
      lines.addAll(lines(frames(link)));
    }
    return lines;
  }

  private static StackTraceElement[] frames(Throwable link) {
    try {
      return link.getStackTrace();
    } catch (Throwable broken) { // the user's code
      return new StackTraceElement[0];
    }
  }

  /** Returns the lines of a stack that are in the function's code, the innermost first. */
  List<String> lines(StackTraceElement[] frames) {
    List<String> shown = new ArrayList<>();
    List<StackTraceElement> own =
        List.of(frames).stream().filter(frame -> classes.contains(frame.getClassName())).toList();
    int leftOut = own.size() - FIRST_FRAMES - LAST_FRAMES;
    for (int i = 0; i < own.size(); i++) {
      if (leftOut > 0 && i == FIRST_FRAMES) {
        shown.add("  … " + leftOut + " more calls …");
        i += leftOut;
      }
      StackTraceElement frame = own.get(i);
      shown.add(
          "  at %s.%s(%s:%d)"
              .formatted(
                  frame.getClassName(),
                  frame.getMethodName(),
                  frame.getFileName(),
                  frame.getLineNumber()));
      String line = sources.line(frame.getFileName(), frame.getLineNumber());
      if (!line.isEmpty()) {
        shown.add(
            "    " + (line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) + "…" : line));
      }
    }
    return shown;
  }

  private static boolean wantsNetwork(Throwable exception) {
    return exception instanceof UnknownHostException
        || exception instanceof NoRouteToHostException
        || (exception instanceof SocketException && message(exception).contains("unreachable"));
  }

  /** Returns after how many seconds the exception asks for a retry: its method retryAfter. */
  private static @Nullable Double retryAfter(Throwable exception) {
    try {
      Method method = exception.getClass().getDeclaredMethod("retryAfter");
      method.setAccessible(true);
      Object wanted = method.invoke(exception);
      double seconds =
          wanted instanceof Duration time
              ? time.toMillis() / 1000.0
              : wanted instanceof Number number ? number.doubleValue() : 0;
      return seconds > 0 && seconds <= DAY_SECONDS ? seconds : null;
    } catch (Throwable none) { // there is no such method, or the user's code has failed
      return null;
    }
  }
}
