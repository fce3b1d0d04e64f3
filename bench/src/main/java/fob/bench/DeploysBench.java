package fob.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls by a name that fail while new versions of it are deployed one after the other,
 * each fifth followed by a rollback to the version before.
 */
final class DeploysBench {

  private static final String NAME = "deploys";
  private static final String SETTINGS = "lang=python&concurrency=16&name=" + NAME;
  private static final int ROLLBACK_EVERY = 5;
  private static final int OK = 200;

  private final InetSocketAddress fob;
  private final Report report;
  private final int clients;
  private final AtomicInteger failed = new AtomicInteger();

  /**
   * @param clients the concurrent clients that call
   */
  DeploysBench(InetSocketAddress fob, Report report, int clients) {
    this.fob = fob;
    this.report = report;
    this.clients = clients;
  }

  /** Makes the measurement, and prints its result beside that of calls without a deployment. */
  void run(int deploys, Duration warmup, Duration time) throws IOException, InterruptedException {
    Target target = HttpTarget.of(NAME, fob, NoOp.call(NAME), this::count);
    Histogram times = Latencies.none();
    try (HttpConnection http = new HttpConnection(fob)) {
      deploy(http, Latencies.none());
    }
    var _ = ClosedLoop.run(target, clients, warmup);
    say("without deployments", ClosedLoop.run(target, clients, time).latencies());
    AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    Thread deploying =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              // Of its own, since the gateway closes one that was idle as long as the calls before.
              try (HttpConnection http = new HttpConnection(fob)) {
                deployAll(http, deploys, times);
              } catch (IOException e) {
                failure.set(e);
              }
            });
    Histogram calls = Latencies.none();
    while (deploying.isAlive()) {
      calls.add(ClosedLoop.run(target, clients, Duration.ofSeconds(1)).latencies());
    }
    Exception why = failure.get();
    if (why != null) {
      throw new IOException("a deployment failed: " + why.getMessage(), why);
    }
    say(
        "during %d deployments and %d rollbacks".formatted(deploys, deploys / ROLLBACK_EVERY),
        calls);
    report.say(
        String.format(
            Locale.ROOT,
            "registration to ready under these calls: p50 %.0f ms, max %.0f ms",
            Latencies.millis(times, 50),
            Latencies.millis(times, 100)));
  }

  /** Lets a call that failed be counted instead of ending the measurement. */
  private boolean count(HttpConnection.Response response) {
    if (!NoOp.isRight(response)) {
      failed.incrementAndGet();
    }
    return true;
  }

  private static void deployAll(HttpConnection http, int deploys, Histogram times)
      throws IOException {
    for (int i = 1; i <= deploys; i++) {
      deploy(http, times);
      if (i % ROLLBACK_EVERY == 0) {
        rollBack(http, i);
      }
    }
  }

  private static void deploy(HttpConnection http, Histogram times) throws IOException {
    long start = System.nanoTime();
    var _ = Functions.register(http, SETTINGS, Functions.WAIT, NoOp.CODE);
    Latencies.record(times, System.nanoTime() - start);
  }

  /**
   * @param version the one before the newest
   */
  private static void rollBack(HttpConnection http, int version) throws IOException {
    String weights = "{\"%s@%d\":100}".formatted(NAME, version);
    HttpConnection.Response response =
        http.exchange(HttpConnection.request("PUT", "/api/names/" + NAME, "", weights));
    if (response.status() != OK) {
      throw new IOException("the rollback failed: " + response);
    }
  }

  private void say(String what, Histogram calls) {
    report.say(
        String.format(
            Locale.ROOT,
            "%s: %d calls of %d clients, %d failed; p50 %.1f ms, p99 %.1f ms, max %.0f ms",
            what,
            calls.getTotalCount(),
            clients,
            failed.getAndSet(0),
            Latencies.millis(calls, 50),
            Latencies.millis(calls, 99),
            Latencies.millis(calls, 100)));
  }
}
