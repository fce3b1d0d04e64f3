package fob.standalone;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. */
@Command(
    name = "fob",
    description = "Flock of Birds: a serverless platform on Kafka.",
    mixinStandardHelpOptions = true,
    version = "fob 0.1.0",
    subcommands = {UpCommand.class, DemoCommand.class, TrainCommand.class, BrokerCommand.class})
public final class Fob {

  private Fob() {}

  static void main(String[] args) {
    CommandLine line = new CommandLine(new Fob());
    line.setExecutionExceptionHandler((e, command, parsed) -> {
      command.getErr().println("fob: " + e.getMessage());
      return 1;
    });
    System.exit(line.execute(args));
  }
}
