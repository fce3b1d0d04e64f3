package fob.deployer.local;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Splits a stream into lines, in bounded memory: a line that is too long comes in pieces. Not
 * thread-safe.
 */
public final class LineSplitter implements ByteSink {

  private static final int USUAL = 8192;

  private final int longest;
  private final Consumer<byte[]> lines;
  private byte[] buffer;
  private int held;

  /**
   * Creates a splitter.
   *
   * @param longest the longest line or piece, in bytes
   * @param lines gets each line or piece, without the line feed
   */
  public LineSplitter(int longest, Consumer<byte[]> lines) {
    this.longest = longest;
    this.lines = lines;
    this.buffer = new byte[Math.min(longest, USUAL)];
  }

  @Override
  public void accept(byte[] bytes, int offset, int length) {
    int end = offset + length;
    int start = offset;
    while (start < end) {
      int lineEnd = start;
      int most = Math.min(end, start + longest - held);
      while (lineEnd < most && bytes[lineEnd] != '\n') {
        lineEnd++;
      }
      hold(bytes, start, lineEnd - start);
      boolean whole = lineEnd < most;
      if (whole || held == longest) {
        flush();
      }
      start = whole ? lineEnd + 1 : lineEnd;
    }
  }

  /** Makes the rest the last line. */
  @Override
  public void end() {
    if (held > 0) {
      flush();
    }
  }

  private void hold(byte[] bytes, int offset, int length) {
    if (held + length > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.min(longest, Math.max(held + length, 2 * buffer.length)));
    }
    System.arraycopy(bytes, offset, buffer, held, length);
    held += length;
  }

  private void flush() {
    lines.accept(Arrays.copyOf(buffer, held));
    held = 0;
  }
}
