package fob.bench;

import fob.service.Threads;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A registered {@link Hog}. Used by one thread at a time. */
final class RunningHog {

  private static final Duration QUIET = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** Less than the default timeout of functions. */
  private static final int MOST_SECONDS = 10;

  private static final int OK = 200;

  private final InetSocketAddress fob;
  private final String id;
  private final Map<Integer, Integer> statuses = new TreeMap<>();

  private RunningHog(InetSocketAddress fob, String id) {
    this.fob = fob;
    this.id = id;
  }

  /** Registers the hog with the default limits, and waits until it is ready. */
  static RunningHog register(InetSocketAddress fob, Hog hog) throws IOException {
    try (HttpConnection http = new HttpConnection(fob)) {
      return new RunningHog(
          fob, Functions.register(http, "lang=python", Functions.WAIT, hog.code()));
    }
  }

  /** A measurement. */
  interface Work<T> {
    T run() throws IOException, InterruptedException;
  }

  /**
   * Does some work while the hog is at work, and waits until it is quiet again.
   *
   * @param time how long the work takes
   */
  <T> T beside(Duration time, Work<T> work) throws IOException, InterruptedException {
    AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
    Thread hog =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                callUntil(System.nanoTime() + time.toNanos());
              } catch (IOException e) {
                failure.set(e);
              }
            });
    T result;
    try {
      result = work.run();
    } finally {
      hog.join();
    }
    IOException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
    awaitQuiet();
    return result;
  }

  private void callUntil(long end) throws IOException {
    try (HttpConnection http = new HttpConnection(fob)) {
      while (System.nanoTime() < end) {
        double left = (end - System.nanoTime()) / 1e9;
        int status = http.exchange(call(Math.clamp(left, 0, MOST_SECONDS))).status();
        statuses.merge(status, 1, Integer::sum);
      }
    }
  }

  private void awaitQuiet() throws IOException {
    long end = System.nanoTime() + QUIET.toNanos();
    try (HttpConnection http = new HttpConnection(fob)) {
      HttpConnection.Response last = http.exchange(call(0));
      while (last.status() != OK) {
        if (System.nanoTime() > end) {
          throw new IOException("a hog does not reply any more: " + last);
        }
        Threads.pause(PAUSE);
        last = http.exchange(call(0));
      }
    }
  }

  private byte[] call(double seconds) {
    return Functions.call(id, "{\"seconds\":" + seconds + "}");
  }

  /** Returns how many of its calls had which HTTP status. */
  Map<Integer, Integer> statuses() {
    return new TreeMap<>(statuses);
  }

  void remove() throws IOException {
    try (HttpConnection http = new HttpConnection(fob)) {
      Functions.remove(http, id);
    }
  }
}
