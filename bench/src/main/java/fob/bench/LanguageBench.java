package fob.bench;

import fob.bus.Bus;
import fob.bus.BusSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures functions of several languages: the time from a registration to the first result, the
 * memory of an idle instance, calls to one instance, and many registrations at once.
 */
final class LanguageBench {

  private static final int CLIENTS = 16;
  private static final int POSTERS = 8;

  private final ForkedFob fob;
  private final Bus bus;
  private final Report report;
  private final Duration time;

  LanguageBench(ForkedFob fob, Report report, Duration time) {
    this.fob = fob;
    this.bus = new Bus(BusSettings.of(fob.bootstrapServers()));
    this.report = report;
    this.time = time;
  }

  /**
   * Makes all measurements of each language and prints their results.
   *
   * @param registrations the number of registrations one after the other
   * @param atOnce the number of registrations at once
   */
  void run(List<String> languages, int registrations, int atOnce) throws Exception {
    for (String language : languages) {
      Adder adder = Adder.in(language);
      new RegistrationBench(fob.http(), report).run(language, adder, registrations);
      oneInstance(language, adder);
      atOnce(language, adder, atOnce);
    }
  }

  private void oneInstance(String language, Adder adder) throws Exception {
    Set<Long> before = new HashSet<>(fob.functions());
    String id;
    try (HttpConnection http = new HttpConnection(fob.http())) {
      id = adder.register(http, "Prefer: wait=60\r\n");
      long idle = Memory.proportionalKiB(without(before));
      adder.call(http, id);
      report.say(
          String.format(
              Locale.ROOT,
              "%s: an idle instance has %.1f MiB (PSS of all its processes)",
              language,
              idle / 1024.0));
    }
    for (int clients : List.of(1, CLIENTS)) {
      calls(language, adder.direct(bus, id), clients);
      calls(language, adder.whole(fob.http(), id), clients);
    }
    try (HttpConnection http = new HttpConnection(fob.http())) {
      Functions.remove(http, id);
    }
  }

  private Set<Long> without(Set<Long> before) {
    Set<Long> added = new HashSet<>(fob.functions());
    added.removeAll(before);
    return added;
  }

  private void calls(String language, Target target, int clients) throws Exception {
    var _ = ClosedLoop.run(target, clients, time);
    ClosedLoop.Outcome warm = ClosedLoop.run(target, clients, time);
    report.say(
        String.format(
            Locale.ROOT,
            "%s: %s, %d clients: p50 %.2f ms, %.0f calls/s",
            language,
            target.name(),
            clients,
            Latencies.millis(warm.latencies(), 50),
            warm.latencies().getTotalCount() / (warm.time().toNanos() / 1e9)));
  }

  /**
   * Registers functions on some connections, each of which waits for the first result of its own.
   */
  private void atOnce(String language, Adder adder, int count) throws Exception {
    long start = System.nanoTime();
    List<Future<List<String>>> posted = new ArrayList<>();
    try (ExecutorService posters = Executors.newFixedThreadPool(POSTERS)) {
      for (int i = 0; i < POSTERS; i++) {
        int mine = count / POSTERS + (i < count % POSTERS ? 1 : 0);
        posted.add(posters.submit(() -> postAndCall(adder, mine)));
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    report.say(
        String.format(
            Locale.ROOT,
            "%s: %d functions registered at once have all replied after %.1f s",
            language,
            count,
            seconds));
    try (HttpConnection http = new HttpConnection(fob.http())) {
      for (Future<List<String>> ids : posted) {
        for (String id : ids.get()) {
          Functions.remove(http, id);
        }
      }
    }
  }

  private List<String> postAndCall(Adder adder, int count) throws IOException {
    List<String> ids = new ArrayList<>();
    try (HttpConnection http = new HttpConnection(fob.http())) {
      for (int i = 0; i < count; i++) {
        ids.add(adder.register(http, "", "timeout=2m"));
      }
      for (String id : ids) {
        adder.call(http, id);
      }
    }
    return ids;
  }
}
