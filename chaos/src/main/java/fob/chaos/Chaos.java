package fob.chaos;

import fob.chaos.check.Fault;
import fob.service.FileTree;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code fob chaos}. */
@Command(
    name = "chaos",
    description =
        "Starts a fob of its own, with each service in a process of its own. Kills and freezes the"
            + " processes under load, and checks that no accepted call is lost. Exit code 1 if an"
            + " invariant does not hold.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
public final class Chaos implements Callable<Integer> {

  private static final int MAX_MINUTES = 24 * 60;
  private static final int MAX_CLIENTS = 20;
  private static final Duration PAUSE = Duration.ofSeconds(6);
  private static final Duration SETTLE = Duration.ofMinutes(4);

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(names = "--minutes", description = "How long to make calls and faults.")
  private int minutes = 5;

  @Option(
      names = "--clients",
      paramLabel = "N",
      description =
          "Each client is there so many times; one of each makes about 50 calls a second.")
  private int clients = 1;

  @Option(
      names = "--seed",
      description = "Seed of all random choices; each run takes a new one by default.")
  private @Nullable Long seed;

  @Option(
      names = "--faults",
      split = ",",
      description =
          "Makes only these faults, in this order. All by default: ${COMPLETION-CANDIDATES}.")
  private List<Fault> only = List.of();

  @Option(names = "--keep", description = "Keep the folder even if every invariant holds.")
  private boolean keep;

  static void main(String[] args) {
    CommandLine line = new CommandLine(new Chaos());
    line.setExecutionExceptionHandler((e, command, parsed) -> {
      command.getErr().println("fob chaos: " + e.getMessage());
      return 1;
    });
    System.exit(line.execute(args));
  }

  @Override
  public Integer call() throws Exception {
    if (minutes < 1 || minutes > MAX_MINUTES) {
      throw new ParameterException(
          spec.commandLine(),
          "--minutes=%d: expected a number from 1 to %d".formatted(minutes, MAX_MINUTES));
    }
    if (clients < 1 || clients > MAX_CLIENTS) {
      throw new ParameterException(
          spec.commandLine(),
          "--clients=%d: expected a number from 1 to %d".formatted(clients, MAX_CLIENTS));
    }
    if (only.contains(Fault.STALL)) {
      throw new ParameterException(
          spec.commandLine(), "--faults: STALL cannot be made, it is only observed; leave it out");
    }
    PrintWriter out = spec.commandLine().getOut();
    long chosen = seed != null ? seed : new Random().nextInt(1_000_000);
    Path folder = Files.createTempDirectory("fob-chaos-");
    // Set before the first logger is created: Kafka's clients log a lot when a broker goes away.
    System.setProperty("fob.log", folder.resolve("chaos.log").toString());
    out.printf("fob chaos: seed %d, folder %s%n", chosen, folder);
    out.flush();
    Plan plan =
        new Plan(chosen, Duration.ofMinutes(minutes), clients, faults(chosen), PAUSE, SETTLE);
    Path home = Path.of(System.getProperty("fob.home", ".")).toAbsolutePath().normalize();
    ChaosRun.Outcome outcome =
        new ChaosRun(
                plan,
                folder,
                home,
                line -> {
                  out.println(line);
                  out.flush();
                })
            .run();
    new Report(out).print(outcome);
    boolean good = outcome.violations().isEmpty();
    if (good && !keep) {
      FileTree.delete(folder);
    } else {
      out.println("The history, the topics' records, logs and data are kept in " + folder);
      out.flush();
    }
    return good ? 0 : 1;
  }

  /** Returns the chosen faults, or all faults in an order that depends on the seed. */
  private List<Fault> faults(long seed) {
    if (!only.isEmpty()) {
      return only;
    }
    List<Fault> faults = new ArrayList<>(List.of(Fault.values()));
    faults.remove(Fault.STALL);
    Collections.shuffle(faults, new Random(seed));
    return faults;
  }
}
