package fob.driver;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What one call writes to the log: its request id, and its last lines if the caller wants them.
 * Threads that the call starts inherit it. Thread-safe.
 */
final class CallLog {

  /** Of everything outside of calls. */
  static final CallLog NONE = new CallLog("-", 0);

  private static final int MORE_BYTES = 3; // of …

  private final String requestId;
  private final int mostBytes;
  private final Deque<String> last = new ArrayDeque<>();
  private int bytes;
  private volatile boolean ended;

  CallLog(String requestId, int mostBytes) {
    this.requestId = requestId;
    this.mostBytes = mostBytes;
  }

  String requestId() {
    return ended ? "-" : requestId;
  }

  /** Keeps a line for the caller. If it alone is too long, only its beginning is kept. */
  synchronized void add(byte[] line, int start, int end) {
    if (mostBytes == 0 || ended) {
      return;
    }
    int until = end;
    if (end - start > mostBytes) {
      until = start + Math.max(0, mostBytes - MORE_BYTES);
      while (until > start && (line[until] & 0xC0) == 0x80) {
        until--; // not in the middle of a character
      }
    }
    String kept = new String(line, start, until - start, StandardCharsets.UTF_8);
    last.add(until == end ? kept : mostBytes < MORE_BYTES ? "" : kept + "…");
    bytes += size(last.getLast());
    while (bytes > mostBytes) {
      bytes -= size(last.remove());
    }
  }

  private static int size(String line) {
    return line.getBytes(StandardCharsets.UTF_8).length;
  }

  synchronized List<String> lines() {
    return new ArrayList<>(last);
  }

  void end() {
    ended = true;
  }
}
