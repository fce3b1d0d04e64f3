package fob.deployer.docker;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The engine's stream of a container's output: frames of one byte for the stream (1 is standard
 * output, 2 standard error), three of zero, four for the length, and the content. In a log, this
 * begins with a time and a space. It is read in bounded memory, however long a frame is.
 */
final class LogFrames {

  /** Gets pieces of the container's output. The array is reused. */
  @FunctionalInterface
  interface Sink {
    void accept(byte[] bytes, int offset, int length);
  }

  /** Is told the time of each frame before its content. */
  @FunctionalInterface
  interface Times {
    /**
     * @param time the engine's, such as {@code 2026-01-02T03:04:05.678901234Z}
     * @return whether the content is to be read
     */
    boolean wants(String time);
  }

  /** The length of the engine's time, which has nine decimals always. */
  static final int TIME = 30;

  private static final int HEADER = 8;
  private static final int AT_ONCE = 8192;
  private static final int STDOUT = 1;
  private static final int STDERR = 2;

  private LogFrames() {}

  /** The head of a frame. */
  private record Head(boolean isOut, long length) {}

  /**
   * Reads the output of a container that runs, without times, until its end.
   *
   * @throws IOException if the stream is cut off or has no frames
   */
  static void read(InputStream in, Sink out, Sink err) throws IOException {
    byte[] buffer = new byte[AT_ONCE];
    for (Head head = head(in, buffer); head != null; head = head(in, buffer)) {
      copy(in, head.length, buffer, head.isOut ? out : err);
    }
  }

  /**
   * Reads a log until its end.
   *
   * @throws IOException if the stream is cut off or has no frames
   */
  static void read(InputStream in, Times times, Sink out, Sink err) throws IOException {
    byte[] buffer = new byte[AT_ONCE];
    for (Head head = head(in, buffer); head != null; head = head(in, buffer)) {
      if (head.length <= TIME
          || in.readNBytes(buffer, 0, TIME + 1) <= TIME
          || buffer[TIME] != ' ') {
        throw new IOException("a frame does not begin with a time");
      }
      boolean wanted = times.wants(new String(buffer, 0, TIME, StandardCharsets.ISO_8859_1));
      Sink sink = head.isOut ? out : err;
      copy(in, head.length - TIME - 1, buffer, wanted ? sink : (_, _, _) -> {});
    }
  }

  /** Returns the head of the next frame; null at the end of the stream. */
  private static @Nullable Head head(InputStream in, byte[] buffer) throws IOException {
    int read = in.readNBytes(buffer, 0, HEADER);
    if (read == 0) {
      return null;
    }
    if (read < HEADER) {
      throw new EOFException("the stream breaks off in the head of a frame");
    }
    int stream = buffer[0];
    if (stream != STDOUT && stream != STDERR) {
      throw new IOException("not a stream of frames: one begins with " + stream);
    }
    int length = ByteBuffer.wrap(buffer, HEADER / 2, HEADER / 2).getInt();
    return new Head(stream == STDOUT, Integer.toUnsignedLong(length));
  }

  private static void copy(InputStream in, long length, byte[] buffer, Sink sink)
      throws IOException {
    long left = length;
    while (left > 0) {
      int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (read < 0) {
        throw new EOFException("the stream breaks off in a frame");
      }
      sink.accept(buffer, 0, read);
      left -= read;
    }
  }
}
