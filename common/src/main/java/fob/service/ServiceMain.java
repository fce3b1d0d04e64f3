package fob.service;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The life of a service's process: configure, start, wait for the end, stop within bounds. */
public final class ServiceMain {

  private static final Logger LOGGER = LoggerFactory.getLogger(ServiceMain.class);
  private static final int DID_NOT_START = 1;
  private static final int WRONG_USAGE = 2;

  private final Program program;
  private final PrintStream out;
  private final PrintStream err;

  public ServiceMain(Program program, PrintStream out, PrintStream err) {
    this.program = program;
    this.out = out;
    this.err = err;
  }

  /**
   * Runs until SIGTERM or Ctrl-C, then closes and ends the process with exit code 0; 1 if the
   * service could not start, with each reason on a line of its own; 2 if the arguments are wrong.
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
        out.print(Help.of(program, nothingSet));
      }
      case "--version", "-V" -> out.println(Version.text());
      default -> {
        tell(
            "unknown argument '%s': known are --help and --version; settings are environment"
                    .formatted(argument)
                + " variables, which --help lists");
        end(WRONG_USAGE);
      }
    }
  }

  private void serve(Env env) {
    // Before the start, which may wait for Kafka as long as it takes.
    Service parts = new Service();
    var _ = Shutdown.closeAtExit(parts);
    try {
      Program.Start start = program.configure(env);
      ServiceLoader.load(Program.class).forEach(other -> env.know(settings(other)));
      env.know(LauncherSettings.read());
      env.requireNoProblems();
      parts.add(start.start());
      LOGGER.atInfo().log("{} is up", program.name());
      new CountDownLatch(1).await();
    } catch (Env.ConfigException e) {
      e.problems().forEach(this::tell);
      end(DID_NOT_START);
    } catch (Exception e) {
      if (Shutdown.hasBegun()) {
        return;
      }
      LOGGER.atDebug().setCause(e).log("did not start");
      tell(Reasons.of(e));
      end(DID_NOT_START);
    }
  }

  private static Env settings(Program program) {
    Env env = new Env(Map.of());
    program.configure(env);
    return env;
  }

  private void tell(String problem) {
    err.println("fob " + program.name() + ": " + problem);
  }

  /** Without the hook, which would end the process with 0. */
  private static void end(int exitCode) {
    Runtime.getRuntime().halt(exitCode);
  }
}
