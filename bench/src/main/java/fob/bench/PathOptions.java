package fob.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of measurements of the call path. */
final class PathOptions {

  private static final int MAX_CLIENTS = 512;
  private static final int MAX_PAYLOAD = 900_000;
  private static final int MAX_SLEEP = 10_000;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(names = "--clients", split = ",", description = "Numbers of concurrent clients.")
  private List<Integer> clients = List.of(1, 64);

  @Option(
      names = "--payload",
      split = ",",
      paramLabel = "BYTES",
      description =
          "Measures a function that returns its parameter, a text of so many bytes, such as"
              + " 100,10000,500000, instead of one that does nothing.")
  private List<Integer> payloads = List.of();

  @Option(
      names = "--sleep",
      paramLabel = "MS",
      description = "Measures a function that sleeps so many ms instead of one that does nothing.")
  private int sleep;

  @Option(
      names = "--cold",
      arity = "0..1",
      fallbackValue = "30",
      paramLabel = "SECONDS",
      description =
          "Also measures fresh starts in steps of 5 s, until calls/s no longer rise: for at least so"
              + " many seconds (${FALLBACK-VALUE} if not given) and at most 3 minutes.")
  private int cold;

  @Option(
      names = "--idle",
      arity = "0..1",
      fallbackValue = "20",
      paramLabel = "SECONDS",
      description =
          "Measures for so many seconds what a fob uses that nobody calls, without a function and"
              + " with one; ${FALLBACK-VALUE} if not given.")
  private int idle;

  @Option(
      names = "--profile",
      paramLabel = "FILE",
      description =
          "After all other measurements, profiles fob while the first number of clients calls it, and"
              + " writes a flame graph (FILE.html) or a recording (FILE.jfr).")
  private @Nullable Path profile;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Also writes all results of the call path, or of --idle, as JSON.")
  private @Nullable Path json;

  @Option(
      names = "--plot",
      paramLabel = "FOLDER",
      description = "Also draws latency by clients, and the curves of --cold, as SVG.")
  private @Nullable Path plot;

  @Option(
      names = "--guard",
      description =
          "Compares one client's calls with bench/guard.properties, within a minute; fails if they"
              + " cost much more.")
  private boolean guard;

  @Option(names = "--record", description = "Measures like --guard, and writes that file.")
  private boolean record;

  /**
   * What to measure.
   *
   * @param cold how long to measure after a fresh start, at least; zero: not at all
   * @param rate calls a second of the steady rate; 0: none
   * @param profile where to write a profile; empty: none
   */
  record Plan(
      List<Workload> workloads,
      List<Integer> clients,
      Duration time,
      Duration warmup,
      int rounds,
      Duration cold,
      int rate,
      Optional<Path> profile) {

    int mostClients() {
      return clients.stream().mapToInt(Integer::intValue).max().orElseThrow();
    }
  }

  int firstClients() {
    return clients.getFirst();
  }

  int mostClients() {
    return Collections.max(clients);
  }

  /** Where to write a profile; empty: none. */
  Optional<Path> profile() {
    return Optional.ofNullable(profile);
  }

  /**
   * @throws ParameterException if a value is wrong
   */
  void check() {
    clients.forEach(count -> Bench.require(spec, "--clients", count, 1, MAX_CLIENTS));
    payloads.forEach(bytes -> Bench.require(spec, "--payload", bytes, 1, MAX_PAYLOAD));
    Bench.require(spec, "--sleep", sleep, 0, MAX_SLEEP);
    Bench.require(spec, "--cold", cold, 0, Bench.MAX_SECONDS);
    Bench.require(spec, "--idle", idle, 0, Bench.MAX_SECONDS);
    if (profile != null && !profile.toString().matches(".*\\.(html|jfr)")) {
      throw new ParameterException(
          spec.commandLine(),
          "--profile=%s: expected a file whose name ends in .html or .jfr".formatted(profile));
    }
  }

  /**
   * Makes the measurements that were chosen.
   *
   * @param rate calls a second of the steady rate; 0: none
   * @return the exit code
   */
  int run(Report report, Duration time, Duration warmup, int rounds, int rate) throws Exception {
    if (guard || record) {
      return guard(
          new GuardBench(
              report, Path.of(System.getProperty("fob.home"), "bench/guard.properties")));
    }
    if (idle > 0) {
      Results.ofIdle(new IdleBench(report).run(idle)).write(Optional.ofNullable(json));
      return 0;
    }
    Plan plan =
        new Plan(
            workloads(), clients, time, warmup, rounds, Duration.ofSeconds(cold), rate, profile());
    Results results = new CallPathBench(report, plan).run();
    results.write(Optional.ofNullable(json));
    if (plot != null) {
      Plots.write(results, plot);
    }
    return 0;
  }

  private int guard(GuardBench bench) throws Exception {
    if (record) {
      bench.record();
      return 0;
    }
    return bench.check() ? 0 : 1;
  }

  private List<Workload> workloads() {
    List<Workload> workloads = new ArrayList<>();
    payloads.forEach(bytes -> workloads.add(Workload.echo(bytes)));
    if (sleep > 0) {
      workloads.add(Workload.sleep(sleep));
    }
    return workloads.isEmpty() ? List.of(Workload.noOp()) : workloads;
  }
}
