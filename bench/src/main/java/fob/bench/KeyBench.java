package fob.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures calls without a key, and with one while the gateway needs keys, in turns on the same
 * fob.
 */
final class KeyBench {

  private static final int CLIENTS = 1;
  private static final int WARMING_CLIENTS = 16;
  private static final Pattern KEY = Pattern.compile("\"key\" ?: ?\"(fob_\\w+)\"");

  private final Report report;
  private final Duration time;

  KeyBench(Report report, Duration time) {
    this.report = report;
    this.time = time;
  }

  /** Makes all measurements and prints their results. */
  void run(Duration warmup, int rounds) throws Exception {
    Workload noOp = Workload.noOp();
    List<Figures> without = new ArrayList<>();
    List<Figures> with = new ArrayList<>();
    try (ForkedFob fob = ForkedFob.start()) {
      String id = noOp.ready(fob.http(), WARMING_CLIENTS);
      Target open = noOp.whole(fob.http(), id);
      Measurement measurement = new Measurement(fob, report);
      var _ = ClosedLoop.run(open, WARMING_CLIENTS, warmup);
      report.head();
      for (int round = 1; round <= rounds; round++) {
        without.add(measurement.measure("round " + round, open, CLIENTS, time));
        String key = make(fob.http());
        Target keyed = NoOp.withKey(fob.http(), id, key);
        with.add(measurement.measure("round " + round, keyed, CLIENTS, time));
        delete(fob.http(), key);
      }
      report.footnote();
    }
    say(Figures.median(without).pathMicros(), Figures.median(with).pathMicros());
  }

  private void say(double without, double with) {
    report.say(
        String.format(
            Locale.ROOT,
            "processor time a call: %.0f µs without a key, %.0f µs with one, %.3f times",
            without,
            with,
            with / without));
  }

  /** Makes an admin key, so that requests need keys. */
  private static String make(InetSocketAddress fob) throws IOException {
    try (HttpConnection http = new HttpConnection(fob)) {
      HttpConnection.Response made =
          http.exchange(
              HttpConnection.request(
                  "POST", "/api/keys", "", "{\"name\":\"bench\",\"role\":\"admin\"}"));
      Matcher key = KEY.matcher(made.body());
      if (!key.find()) {
        throw new IOException("no key was made: " + made.status());
      }
      return key.group(1);
    }
  }

  private static void delete(InetSocketAddress fob, String key) throws IOException {
    String id = key.split("_", -1)[1];
    try (HttpConnection http = new HttpConnection(fob)) {
      HttpConnection.Response deleted =
          http.exchange(
              HttpConnection.request("DELETE", "/api/keys/" + id, NoOp.authorization(key), ""));
      if (deleted.status() != 204) {
        throw new IOException("the key was not deleted: " + deleted);
      }
    }
  }
}
