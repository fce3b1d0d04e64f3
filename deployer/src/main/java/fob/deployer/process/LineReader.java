package fob.deployer.process;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines of what a function may write, in bounded memory: an endless line comes in pieces. Not
 * thread-safe.
 */
final class LineReader {

  private static final int USUAL = 8192;

  private final InputStream in;
  private final int longest;
  private byte[] buffer;
  private int start;
  private int end;

  LineReader(InputStream in, int longest) {
    this.in = in;
    this.longest = longest;
    this.buffer = new byte[Math.min(longest, USUAL)];
  }

  /** The next line, or piece of one, without its line feed; null at the end. */
  byte @Nullable [] next() throws IOException {
    int scanned = start;
    while (true) {
      for (int i = scanned; i < end; i++) {
        if (buffer[i] == '\n') {
          return take(i, i + 1);
        }
      }
      scanned = end;
      if (end - start == longest) {
        return take(end, end);
      }
      if (end - start == buffer.length) {
        buffer = Arrays.copyOf(buffer, Math.min(longest, 2 * buffer.length));
      }
      if (start > 0 && end == buffer.length) {
        System.arraycopy(buffer, start, buffer, 0, end - start);
        scanned -= start;
        end -= start;
        start = 0;
      }
      int read = in.read(buffer, end, buffer.length - end);
      if (read < 0) {
        return start == end ? null : take(end, end);
      }
      end += read;
    }
  }

  private byte[] take(int lineEnd, int next) {
    byte[] line = Arrays.copyOfRange(buffer, start, lineEnd);
    start = next;
    if (start == end) {
      start = 0;
      end = 0;
    }
    return line;
  }
}
