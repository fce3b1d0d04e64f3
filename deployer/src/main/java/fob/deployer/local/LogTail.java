package fob.deployer.local;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Writes one instance's lines to its function's log and keeps the last two. Thread-safe. */
final class LogTail {

  private static final int LINES = 2;
  private static final int LONGEST = 300;

  private final FunctionLog log;
  private final String instance;
  private final Deque<String> last = new ArrayDeque<>(); // guarded by this

  LogTail(FunctionLog log, String instance) {
    this.log = log;
    this.instance = instance;
  }

  /** Writes a line of the driver. */
  void line(byte[] line) {
    log.line(instance, line);
    String text =
        new String(line, 0, Math.min(line.length, LONGEST), StandardCharsets.UTF_8).strip();
    remember(text);
  }

  /** Writes a line of fob's own. */
  void say(String text) {
    log.say(text);
    remember(text);
  }

  private synchronized void remember(String text) {
    if (!text.isEmpty()) {
      last.addLast(text);
      if (last.size() > LINES) {
        last.removeFirst();
      }
    }
  }

  /** Returns the last lines, shortened to 300 bytes each. */
  synchronized List<String> lastLines() {
    return List.copyOf(last);
  }
}
