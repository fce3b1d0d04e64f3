package fob.chaos;

import fob.chaos.check.Fault;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line. */
@Command(
    name = "chaos",
    description =
        "Starts a fob of its own, each part a process, kills and freezes them under load, and checks"
            + " that nothing accepted is lost. Exit code 1 if an invariant does not hold.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
public final class Chaos implements Callable<Integer> {

  private static final int MAX_MINUTES = 24 * 60;
  private static final Duration CALM = Duration.ofSeconds(6);
  private static final Duration SETTLE = Duration.ofMinutes(4);

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(names = "--minutes", description = "How long calls and faults go on.")
  private int minutes = 5;

  @Option(names = "--seed", description = "Of all choices; a new one each time if not given.")
  private @Nullable Long seed;

  @Option(
      names = "--faults",
      split = ",",
      description = "The only ones to make, in this order: ${COMPLETION-CANDIDATES}.")
  private List<Fault> only = List.of();

  @Option(names = "--keep", description = "Keep the folder also if all is well.")
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
    if (only.contains(Fault.STALL)) {
      throw new ParameterException(spec.commandLine(), "--faults: STALL cannot be made");
    }
    PrintWriter out = spec.commandLine().getOut();
    long chosen = seed != null ? seed : new Random().nextInt(1_000_000);
    Path folder = Files.createTempDirectory("fob-chaos-");
    // Before anything makes a logger: Kafka's clients have much to say of a broker that goes away.
    System.setProperty("fob.log", folder.resolve("chaos.log").toString());
    out.printf("fob chaos: seed %d, folder %s%n", chosen, folder);
    out.flush();
    Plan plan = new Plan(chosen, Duration.ofMinutes(minutes), faults(chosen), CALM, SETTLE);
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
      delete(folder);
    } else {
      out.println("The history, what was on the bus, logs and data are kept in " + folder);
      out.flush();
    }
    return good ? 0 : 1;
  }

  /** Every one that can be made, in an order of the seed's. */
  private List<Fault> faults(long seed) {
    if (!only.isEmpty()) {
      return only;
    }
    List<Fault> faults = new ArrayList<>(List.of(Fault.values()));
    faults.remove(Fault.STALL);
    Collections.shuffle(faults, new Random(seed));
    return faults;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
