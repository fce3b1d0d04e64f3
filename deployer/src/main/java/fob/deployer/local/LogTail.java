package fob.deployer.local;

import fob.bus.wire.LogWire;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Writes one instance's lines to its function's log and keeps the last two. Thread-safe. */
final class LogTail {

  private static final int LINES = 2;
  private static final int LONGEST = 300;
  private static final byte[] NONE = {};

  private final FunctionLog log;
  private final String instance;

  /** The time and the request id of the line whose next piece is to come; empty if none is. */
  private byte[] prefix = NONE; // guarded by this

  private final Deque<String> last = new ArrayDeque<>(); // guarded by this

  LogTail(FunctionLog log, String instance) {
    this.log = log;
    this.instance = instance;
  }

  /** Whether so many further bytes are taken. */
  boolean takes(int bytes) {
    return log.takes(bytes);
  }

  /** Writes a line of the driver, or the next piece of a line that came in pieces. */
  synchronized void line(byte[] line) {
    byte[] before = prefix;
    boolean more = line.length == SandboxOutput.LONGEST_LOG_LINE;
    if (before.length == 0) {
      log.line(instance, line);
      prefix = more ? LogWire.prefix(line) : NONE;
    } else {
      log.piece(instance, before, line);
      prefix = more ? before : NONE;
    }
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
