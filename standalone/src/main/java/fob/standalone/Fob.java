package fob.standalone;

import fob.service.ErrorMessages;
import fob.service.LogFormat;
import fob.service.Shutdown;
import fob.service.UncaughtErrors;
import fob.service.Version;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ScopeType;

/** The command line of the commands that run in one process. */
@Command(
    name = "fob",
    description = "Flock of Birds: a serverless platform on Kafka.",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = Fob.Versions.class,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:after success, SIGTERM or Ctrl-C",
      "1:if the command cannot start or fails",
      "2:if the arguments are wrong",
      "70:if a thread ended that fob needs: start it again"
    },
    subcommands = {UpCommand.class, DemoCommand.class, TrainCommand.class, BrokerCommand.class})
public final class Fob {

  private Fob() {}

  static void main(String[] args) {
    UncaughtErrors.endThisProcess();
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Fob())
        .setExecutionExceptionHandler((e, command, parsed) -> {
          if (!Shutdown.hasBegun()) {
            LogFormat.ofProcess().complain(command.getErr()::println, "fob", ErrorMessages.of(e));
          }
          return 1;
        });
  }

  /** The text that {@code --version} prints. */
  static final class Versions implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {Version.text()};
    }
  }
}
