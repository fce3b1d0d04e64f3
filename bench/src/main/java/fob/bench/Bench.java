package fob.bench;

import fob.bus.Bus;
import fob.bus.BusSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code fob bench}. */
@Command(
    name = "bench",
    description =
        "Starts a fob of its own and measures calls through it, through Kafka alone (the bare bus)"
            + " and to the driver alone. No other program should run on the machine meanwhile.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
public final class Bench implements Callable<Integer> {

  private static final int MAX_CLIENTS = 512;
  private static final int MAX_SECONDS = 600;
  private static final int MAX_CALLS = 1_000_000;
  private static final int REGISTRATIONS = 20;
  private static final int AT_ONCE = 100;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(names = "--seconds", description = "Seconds for each measurement.")
  private int seconds = 5;

  @Option(
      names = "--warmup",
      description =
          "Seconds of calls to each target, with the most clients, before the first round.")
  private int warmup = 30;

  @Option(names = "--clients", split = ",", description = "Numbers of concurrent clients.")
  private List<Integer> clients = List.of(1, 64);

  @Option(
      names = "--rounds",
      description = "How often each measurement is repeated; the medians are the result.")
  private int rounds = 3;

  @Option(
      names = "--cold",
      arity = "0..1",
      fallbackValue = "30",
      paramLabel = "SECONDS",
      description =
          "Also measures for so many seconds after a fresh start; ${FALLBACK-VALUE} if not given.")
  private int cold;

  @Option(
      names = "--async",
      arity = "0..1",
      fallbackValue = "100000",
      paramLabel = "CALLS",
      description =
          "Measures asynchronous calls instead: how fast so many are accepted and run, and how twice"
              + " as many slow down synchronous calls of another function; ${FALLBACK-VALUE} if not"
              + " given.")
  private int async;

  @Option(
      names = "--languages",
      split = ",",
      paramLabel = "LANGUAGE",
      description =
          "Measures functions of these languages instead: the time from a registration to the first"
              + " result, the memory of an idle instance, calls to one instance, and 100"
              + " registrations at once.")
  private List<String> languages = List.of();

  @Option(
      names = "--neighbours",
      split = ",",
      arity = "0..1",
      fallbackValue = "CPU,MEMORY,FORK_BOMB,OUTPUT",
      paramLabel = "HOG",
      description =
          "Measures a function alone and beside others that take as much as they can get:"
              + " ${COMPLETION-CANDIDATES}. All if none is named.")
  private List<Hog> neighbours = List.of();

  @Option(
      names = "--platform",
      description = "Where functions run, with --neighbours: process or docker.")
  private String platform = "process";

  static void main(String[] args) {
    CommandLine line = new CommandLine(new Bench());
    line.setExecutionExceptionHandler((e, command, parsed) -> {
      command.getErr().println("fob bench: " + e.getMessage());
      return 1;
    });
    System.exit(line.execute(args));
  }

  @Override
  public Integer call() throws Exception {
    require("--seconds", seconds, 1, MAX_SECONDS);
    require("--warmup", warmup, 1, MAX_SECONDS);
    require("--rounds", rounds, 1, 100);
    require("--cold", cold, 0, MAX_SECONDS);
    clients.forEach(count -> require("--clients", count, 1, MAX_CLIENTS));
    require("--async", async, 0, MAX_CALLS);
    Report report = new Report(spec.commandLine().getOut());
    if (!languages.isEmpty()) {
      try (ForkedFob fob = ForkedFob.start()) {
        new LanguageBench(fob, report, Duration.ofSeconds(seconds))
            .run(languages, REGISTRATIONS, AT_ONCE);
      }
      return 0;
    }
    if (async > 0) {
      try (ForkedFob fob = ForkedFob.start()) {
        new AsyncBench(fob, report, Duration.ofSeconds(seconds)).run(async, 2 * async);
      }
      return 0;
    }
    if (!neighbours.isEmpty()) {
      try (ForkedFob fob = ForkedFob.start("--platform", platform)) {
        new NeighbourBench(fob, report, Duration.ofSeconds(seconds), clients.getFirst())
            .run(neighbours, Duration.ofSeconds(warmup), rounds);
      }
      return 0;
    }
    report.head();
    Map<Rounds.Cell, Figures> medians;
    Histogram registrations;
    try (ForkedFob fob = ForkedFob.start()) {
      medians = warm(fob, report);
      registrations = Registrations.measure(fob.http(), REGISTRATIONS);
    }
    if (cold > 0) {
      for (int count : clients) {
        coldStart(count, report);
      }
    }
    report.medians(medians);
    report.ratios(medians);
    report.registrations(registrations);
    return 0;
  }

  private Map<Rounds.Cell, Figures> warm(ForkedFob fob, Report report) throws Exception {
    Bus bus = new Bus(BusSettings.of(fob.bootstrapServers()));
    // Two functions with the same code, because an instance accepts a limited number of
    // connections.
    Target direct = NoOp.direct(bus, NoOp.ready(fob.http(), mostClients()));
    Target whole = NoOp.whole(fob.http(), NoOp.ready(fob.http(), mostClients()));
    try (BareBus bare = BareBus.start(bus)) {
      Rounds measured = new Rounds(List.of(bare, direct, whole), clients);
      measured.warmUp(Duration.ofSeconds(warmup));
      measured.measure(new Measurement(fob, report), rounds, Duration.ofSeconds(seconds));
      return measured.medians();
    }
  }

  /** Measures a fob that has just been started, with a load generator that is warm. */
  private void coldStart(int count, Report report) throws Exception {
    try (ForkedFob fob = ForkedFob.start()) {
      String id = NoOp.ready(fob.http(), mostClients());
      new Measurement(fob, report)
          .measure("cold", NoOp.whole(fob.http(), id), count, Duration.ofSeconds(cold));
    }
  }

  private int mostClients() {
    return clients.stream().mapToInt(Integer::intValue).max().orElseThrow();
  }

  private void require(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw new ParameterException(
          spec.commandLine(),
          "%s=%d: expected a number from %d to %d".formatted(option, value, min, max));
    }
  }
}
