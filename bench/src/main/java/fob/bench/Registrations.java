package fob.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/**
 * Measures the time from {@code POST /api/gen} to the reply of a call made right after it. The
 * functions have no settings of their own.
 */
final class Registrations {

  private static final int POSTERS = 8;

  private Registrations() {}

  /** Registers, calls and removes {@code count} functions, one after the other. */
  static Histogram measure(InetSocketAddress fob, int count) throws IOException {
    Histogram times = Latencies.none();
    measure(fob, count, times);
    return times;
  }

  /** Does the same, and adds to times that were measured before. */
  static void measure(InetSocketAddress fob, int count, Histogram times) throws IOException {
    try (HttpConnection http = new HttpConnection(fob)) {
      for (int i = 0; i < count; i++) {
        long start = System.nanoTime();
        String id = register(http, NoOp.CODE);
        call(http, id);
        Latencies.record(times, System.nanoTime() - start);
        Functions.remove(http, id);
      }
    }
  }

  /** Registers functions on some connections, calls each, and returns when all have replied. */
  static List<String> atOnce(InetSocketAddress fob, int count) throws IOException {
    List<Future<List<String>>> posted = new ArrayList<>();
    try (ExecutorService posters = Executors.newFixedThreadPool(POSTERS)) {
      for (int i = 0; i < POSTERS; i++) {
        int mine = count / POSTERS + (i < count % POSTERS ? 1 : 0);
        posted.add(posters.submit(() -> postAndCall(fob, mine)));
      }
    }
    List<String> ids = new ArrayList<>();
    for (Future<List<String>> each : posted) {
      try {
        ids.addAll(each.get());
      } catch (ExecutionException | InterruptedException e) {
        throw new IOException("registrations at once failed: " + e.getMessage(), e);
      }
    }
    return ids;
  }

  private static List<String> postAndCall(InetSocketAddress fob, int count) throws IOException {
    List<String> ids = new ArrayList<>();
    try (HttpConnection http = new HttpConnection(fob)) {
      for (int i = 0; i < count; i++) {
        ids.add(register(http, NoOp.CODE));
      }
      for (String id : ids) {
        call(http, id);
      }
    }
    return ids;
  }

  static String register(HttpConnection http, String code) throws IOException {
    return Functions.register(http, "", "", code);
  }

  static void call(HttpConnection http, String id) throws IOException {
    HttpConnection.Response called = http.exchange(NoOp.call(id));
    if (!NoOp.isRight(called)) {
      throw new IOException("a call right after the registration failed: " + called);
    }
  }

  static void remove(InetSocketAddress fob, List<String> ids) throws IOException {
    try (HttpConnection http = new HttpConnection(fob)) {
      for (String id : ids) {
        Functions.remove(http, id);
      }
    }
  }
}
