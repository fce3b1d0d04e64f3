package fob.driver;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * Writes the log to stderr, each line at once, with the time and the request id before it. It takes
 * the place of System.out and System.err. Thread-safe.
 */
final class Log {

  private static final int LONGEST_PARTIAL = 1 << 20; // a longer line is split
  private static final int SECOND_MS = 1000;

  private final FileOutputStream out = new FileOutputStream(FileDescriptor.err);
  private final Object lock = new Object(); // lines never mix

  @SuppressWarnings("ThreadLocalUsage") // there is one log, but for the training
  private final InheritableThreadLocal<Lines> threads =
      new InheritableThreadLocal<>() {
        @Override
        protected Lines initialValue() {
          return new Lines(CallLog.NONE);
        }

        @Override
        protected Lines childValue(Lines parent) {
          return new Lines(parent.call);
        }
      };

  /** The unfinished line of one thread. */
  private final class Lines {
    private CallLog call;
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream(0);

    Lines(CallLog call) {
      this.call = call;
    }

    void write(byte[] bytes, int start, int count) {
      int end = start + count;
      while (end > start && bytes[end - 1] != '\n') {
        end--;
      }
      if (end > start) {
        partial.write(bytes, start, end - start);
        flush();
      }
      partial.write(bytes, end, start + count - end);
      if (partial.size() > LONGEST_PARTIAL) {
        flush();
      }
    }

    void flush() {
      if (partial.size() > 0) {
        byte[] lines = partial.toByteArray();
        partial.reset();
        print(call, lines, true);
      }
    }
  }

  /** The stream that the function prints to. It stays open. */
  private final class Stream extends OutputStream {
    @Override
    public void write(int one) {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int start, int count) {
      threads.get().write(bytes, start, count);
    }
  }

  private static final class Printer extends PrintStream {
    Printer(OutputStream out) {
      super(out, true, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
      flush(); // it stays open for other calls
    }
  }

  /** Takes the place of the standard streams. */
  void install() {
    System.setIn(InputStream.nullInputStream());
    System.setOut(new Printer(new Stream()));
    System.setErr(new Printer(new Stream()));
  }

  void begin(CallLog call) {
    threads.get().call = call;
  }

  /** Completes the last line of the call, which the current thread has run. */
  void end() {
    flush();
    Lines lines = threads.get();
    lines.call.end();
    lines.call = CallLog.NONE;
  }

  void flush() {
    threads.get().flush();
  }

  /** Writes a line of the driver itself. */
  void say(String text) {
    print(threads.get().call, ("fob: " + text).getBytes(StandardCharsets.UTF_8), false);
  }

  /** Writes a failure of the function, after everything that the function has printed. */
  void report(Failure failure) {
    report(failure.lines());
  }

  void report(List<String> lines) {
    flush();
    byte[] text = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    print(threads.get().call, text, false);
  }

  /** Writes the stack of the driver's own error. */
  void report(Throwable error) {
    StringBuilder text = new StringBuilder("fob: the driver failed: ").append(error);
    for (StackTraceElement frame : error.getStackTrace()) {
      text.append("\n    at ").append(frame);
    }
    report(List.of(text.toString()));
  }

  private void print(CallLog call, byte[] lines, boolean ofCall) {
    byte[] prefix = (time() + " " + call.requestId() + " ").getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream all = new ByteArrayOutputStream(lines.length + 2 * prefix.length);
    int start = 0;
    while (start < lines.length || start == 0) {
      int end = start;
      while (end < lines.length && lines[end] != '\n') {
        end++;
      }
      all.writeBytes(prefix);
      all.write(lines, start, end - start);
      all.write('\n');
      if (ofCall) {
        call.add(lines, start, end);
      }
      start = end + 1;
    }
    synchronized (lock) {
      try {
        all.writeTo(out);
      } catch (IOException e) {
        // Nobody reads the log.
      }
    }
  }

  private static String time() {
    long now = System.currentTimeMillis();
    String second = Instant.ofEpochSecond(now / SECOND_MS).toString(); // ends with Z
    String millis = Long.toString(SECOND_MS + now % SECOND_MS).substring(1);
    return second.substring(0, second.length() - 1) + "." + millis + "Z";
  }
}
