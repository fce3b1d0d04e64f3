package fob.service;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a {@link Program}: configures and starts it, and closes it after SIGTERM or Ctrl-C. */
public final class ServiceMain {

  private static final int DID_NOT_START = 1;
  private static final int WRONG_USAGE = 2;

  private final Program program;
  private final PrintStream out;
  private final PrintStream err;

  /**
   * Creates a runner.
   *
   * @param out takes the output of {@code --help} and {@code --version}
   * @param err takes the reasons why the program cannot start
   */
  public ServiceMain(Program program, PrintStream out, PrintStream err) {
    this.program = program;
    this.out = out;
    this.err = err;
  }

  /**
   * Runs the service until SIGTERM or Ctrl-C. Then it closes the service and ends the process with
   * exit code 0. The exit code is 1 if the service cannot start, after one line for each reason,
   * and 2 if the arguments are wrong.
   */
  public void run(List<String> args, Map<String, String> environment) {
    if (args.isEmpty()) {
      serve(new Env(environment));
      return;
    }
    String argument = args.getFirst();
    switch (argument) {
      case "--help", "-h" -> {
        Env nothingSet = new Env(Map.of());
        program.configure(nothingSet);
        LogFormat.from(nothingSet);
        out.print(Help.of(program, nothingSet));
      }
      case "--version", "-V" -> out.println(Version.text());
      default -> {
        tell(
            LogFormat.TEXT,
            "unknown argument '%s': expected --help, --version or no argument; settings are"
                    .formatted(argument)
                + " environment variables, which --help lists");
        end(WRONG_USAGE);
      }
    }
  }

  private void serve(Env env) {
    // Registered before the start, because the start may wait for Kafka for any time.
    LogFormat format = LogFormat.from(env);
    format.use(program.name());
    // No earlier, since the first logger reads the format.
    Logger logger = LoggerFactory.getLogger(ServiceMain.class);
    Service parts = new Service();
    var _ = Shutdown.closeAtExit(parts);
    try {
      Program.Start start = program.configure(env);
      ServiceLoader.load(Program.class).forEach(other -> env.know(settings(other)));
      env.know(LauncherSettings.read());
      env.requireNoProblems();
      UncaughtErrors.endThisProcess();
      parts.add(start.start());
      logger.atInfo().log("{} is up", program.name());
      new CountDownLatch(1).await();
    } catch (ConfigurationException e) {
      e.problems().forEach(problem -> tell(format, problem));
      end(DID_NOT_START);
    } catch (Exception e) {
      if (Shutdown.hasBegun()) {
        return;
      }
      logger.atDebug().setCause(e).log("the service did not start");
      tell(format, ErrorMessages.of(e));
      end(DID_NOT_START);
    }
  }

  private static Env settings(Program program) {
    Env env = new Env(Map.of());
    program.configure(env);
    return env;
  }

  private void tell(LogFormat format, String problem) {
    format.complain(err::println, "fob " + program.name(), problem);
  }

  /** Halts without running the shutdown hook, which would end the process with exit code 0. */
  private static void end(int exitCode) {
    Runtime.getRuntime().halt(exitCode);
  }
}
