package fob.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.HdrHistogram.Histogram;

/** Measures the time from {@code POST /api/gen} to the reply of a call made right after it. */
final class Registrations {

  private Registrations() {}

  /** Registers, calls and removes {@code count} functions, one after the other. */
  static Histogram measure(InetSocketAddress fob, int count) throws IOException {
    Histogram times = Latencies.none();
    try (HttpConnection http = new HttpConnection(fob)) {
      for (int i = 0; i < count; i++) {
        long start = System.nanoTime();
        String id = NoOp.register(http, 1, "");
        HttpConnection.Response called = http.exchange(NoOp.call(id));
        Latencies.record(times, System.nanoTime() - start);
        if (called.status() != 200) {
          throw new IOException("a call right after the registration failed: " + called);
        }
        Functions.remove(http, id);
      }
    }
    return times;
  }
}
