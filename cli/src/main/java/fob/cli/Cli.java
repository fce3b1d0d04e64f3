package fob.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ScopeType;

/** The command line: start reading here. */
@Command(
    name = "fob",
    description = "Deploys functions to a fob, calls them, and shows what they do.",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = Cli.Versions.class,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:success",
      "1:the function or the call has failed",
      "2:the arguments are wrong",
      "3:the gateway has refused the request",
      "4:there is no such function, call or other thing",
      "5:the key is missing, or does not allow the request",
      "6:the gateway cannot be reached, or cannot serve now",
      "7:the time to wait is over"
    },
    subcommands = {
      NewCommand.class,
      DeployCommand.class,
      CallCommand.class,
      ResultCommand.class,
      ListCommand.class,
      ShowCommand.class,
      CodeCommand.class,
      LogsCommand.class,
      TopCommand.class,
      VersionsCommand.class,
      RollbackCommand.class,
      PromoteCommand.class,
      ReplayCommand.class,
      RemoveCommand.class,
      DeadCommand.class,
      SecretCommand.class,
      KeysCommand.class,
      DevCommand.class,
      DoctorCommand.class,
      UseCommand.class,
      ContextCommand.class,
      CompletionCommand.class
    })
public final class Cli {

  private Cli() {}

  /**
   * Runs one command.
   *
   * @return the exit code
   */
  public static int run(
      Surroundings surroundings, PrintWriter out, PrintWriter err, String... args) {
    return commandLine(surroundings).setOut(out).setErr(err).execute(args);
  }

  static CommandLine commandLine(Surroundings surroundings) {
    return new CommandLine(new Cli(), new Factory(surroundings))
        // @FILE is a value of --data here, and no file with arguments.
        .setExpandAtFiles(false)
        .setExecutionExceptionHandler((e, command, _) -> {
          command.getOut().flush();
          command.getErr().println("fob: " + Messages.of(e));
          return switch (e) {
            case CommandFailure failure -> failure.exitCode();
            case FileSystemException _ -> ExitCodes.USAGE;
            default -> ExitCodes.FAILED;
          };
        });
  }

  /** Makes objects that are given the surroundings, and those that need nothing. */
  private record Factory(Surroundings surroundings) implements IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      try {
        return type.getDeclaredConstructor(Surroundings.class).newInstance(surroundings);
      } catch (NoSuchMethodException e) {
        return CommandLine.defaultFactory().create(type);
      }
    }
  }

  /** The text that {@code --version} prints. */
  static final class Versions implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
      return new String[] {"fob " + version()};
    }
  }

  static String version() throws IOException {
    Properties properties = new Properties();
    try (InputStream file = Cli.class.getResourceAsStream("fob.properties")) {
      properties.load(file);
    }
    return properties.getProperty("version");
  }
}
