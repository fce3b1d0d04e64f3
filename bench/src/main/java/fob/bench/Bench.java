package fob.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  static final int MAX_SECONDS = 600;

  private static final int MAX_CALLS = 1_000_000;
  private static final int MAX_REGISTRATIONS = 10_000;
  private static final int AT_ONCE = 100;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(names = "--seconds", description = "Seconds for each measurement.")
  private int seconds = 5;

  @Option(
      names = "--warmup",
      description = "Seconds of calls with the most clients, before the first round.")
  private int warmup = 30;

  @Option(
      names = "--rounds",
      description = "How often each measurement is repeated; the medians are the result.")
  private int rounds = 3;

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
      names = "--registrations",
      arity = "0..1",
      fallbackValue = "20",
      paramLabel = "COUNT",
      description =
          "Measures registrations instead, with and without warm sandboxes: so many one after the"
              + " other in each round, 100 at once, and one behind functions that sleep while they"
              + " load; ${FALLBACK-VALUE} if not given.")
  private int registrations;

  @Option(
      names = "--warm-sandboxes",
      split = ",",
      paramLabel = "NUMBER",
      description = "The values of FOB_WARM_SANDBOXES that --registrations compares.")
  private List<String> warmSandboxes = List.of("0", "2");

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

  @Option(
      names = "--setting",
      paramLabel = "NAME=VALUE",
      description =
          "A setting of the deployer, with --languages, --async and --neighbours; repeatable.")
  private List<String> settings = List.of();

  @Mixin private PathOptions path = new PathOptions();
  @Mixin private ShardOptions shards = new ShardOptions();
  @Mixin private DensityOptions density = new DensityOptions();
  @Mixin private CostOptions costs = new CostOptions();
  @Mixin private DeployOptions deploys = new DeployOptions();

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
    path.check();
    require("--async", async, 0, MAX_CALLS);
    Report report = new Report(spec.commandLine().getOut());
    if (shards.run(report, time(), Duration.ofSeconds(warmup), rounds)
        || density.run(report, time(), Duration.ofSeconds(warmup), rounds)
        || costs.run(report, time(), Duration.ofSeconds(warmup), rounds)
        || deploys.run(report, time(), Duration.ofSeconds(warmup), path.firstClients())) {
      return 0;
    }
    if (!languages.isEmpty()) {
      return with(fob ->
          new LanguageBench(fob, report, time())
              .run(languages, CallPathBench.REGISTRATIONS, AT_ONCE));
    }
    require("--registrations", registrations, 0, MAX_REGISTRATIONS);
    if (registrations > 0) {
      new WarmBench(report, registrations, rounds).run(warmSandboxes);
      return 0;
    }
    if (async > 0) {
      return with(fob -> new AsyncBench(fob, report, asyncPlan()).run());
    }
    if (!neighbours.isEmpty()) {
      return with(
          fob ->
              new NeighbourBench(fob, report, time(), path.firstClients())
                  .run(neighbours, Duration.ofSeconds(warmup), rounds),
          "--platform",
          platform);
    }
    return path.run(report, time(), Duration.ofSeconds(warmup), rounds, shards.rate());
  }

  private AsyncBench.Plan asyncPlan() {
    return new AsyncBench.Plan(
        async, path.mostClients(), time(), Duration.ofSeconds(warmup), rounds, path.profile());
  }

  /** Measurements of a running fob. */
  private interface Work {
    void measure(ForkedFob fob) throws Exception;
  }

  private int with(Work work, String... options) throws Exception {
    Stream<String> each = settings.stream().flatMap(setting -> Stream.of("--setting", setting));
    String[] all = Stream.concat(each, Stream.of(options)).toArray(String[]::new);
    try (ForkedFob fob = ForkedFob.start(all)) {
      work.measure(fob);
    }
    return 0;
  }

  private Duration time() {
    return Duration.ofSeconds(seconds);
  }

  private void require(String option, int value, int min, int max) {
    require(spec, option, value, min, max);
  }

  /**
   * @throws ParameterException if the value of the option is not in the range
   */
  static void require(CommandSpec spec, String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw new ParameterException(
          spec.commandLine(),
          "%s=%d: expected a number from %d to %d".formatted(option, value, min, max));
    }
  }
}
