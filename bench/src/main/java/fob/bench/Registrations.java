package fob.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.HdrHistogram.Histogram;

/** From {@code POST /api/gen} to the answer of a call that was made the moment its reply came. */
final class Registrations {

  private static final long MOST_NANOS = 60_000_000_000L;
  private static final int DIGITS = 3;

  private Registrations() {}

  /** One after the other, each function removed again. */
  static Histogram measure(InetSocketAddress fob, int count) throws IOException {
    Histogram times = new Histogram(MOST_NANOS, DIGITS);
    try (HttpConnection http = new HttpConnection(fob)) {
      for (int i = 0; i < count; i++) {
        long start = System.nanoTime();
        String id = NoOp.register(http, 1, "");
        HttpConnection.Response called = http.exchange(NoOp.call(id));
        times.recordValue(System.nanoTime() - start);
        if (called.status() != 200) {
          throw new IOException("a call right after its registration: " + called);
        }
        NoOp.remove(http, id);
      }
    }
    return times;
  }
}
