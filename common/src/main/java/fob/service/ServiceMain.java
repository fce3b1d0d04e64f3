package fob.service;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The life of a service's process: configure, start, wait for the end, stop within bounds. */
public final class ServiceMain {

  private static final Logger LOGGER = LoggerFactory.getLogger(ServiceMain.class);

  /** Builds and starts a service from its environment. */
  @FunctionalInterface
  public interface Start {
    /**
     * @throws Env.ConfigException if the environment is wrong
     * @throws Exception if it cannot start; the message is for the user
     */
    AutoCloseable start(Env env) throws Exception;
  }

  /**
   * Variables of the launcher and of all services: one environment may serve them all, so what
   * another service reads is no mistake.
   */
  private static final List<String> OTHERS =
      List.of(
          "FOB_AOT",
          "FOB_BASE_IMAGE",
          "FOB_DCOS_SERVICE_ACCOUNT",
          "FOB_DOCKER_CPUS",
          "FOB_DOCKER_HOST",
          "FOB_DRAIN",
          "FOB_DRIVERS",
          "FOB_GATEWAY_URL",
          "FOB_HOST",
          "FOB_HOSTS",
          "FOB_IMAGE_PREFIX",
          "FOB_JAVA_HOME",
          "FOB_JAVA_OPTS",
          "FOB_JRE_IMAGE",
          "FOB_LOG_DIR",
          "FOB_MARATHON_CA",
          "FOB_MARATHON_DEADLINE",
          "FOB_MARATHON_DELETE_ORPHANS",
          "FOB_MARATHON_GROUP",
          "FOB_MARATHON_PASSWORD",
          "FOB_MARATHON_ROLES",
          "FOB_MARATHON_URL",
          "FOB_MARATHON_USER",
          "FOB_MAX_IN_FLIGHT",
          "FOB_MAX_PENDING",
          "FOB_MAX_WAITING",
          "FOB_MEMBER",
          "FOB_PLATFORM",
          "FOB_PORT",
          "FOB_RUNTIME_DIR",
          "FOB_STARTS_AT_ONCE",
          "FOB_START_TIMEOUT",
          "FOB_UNSAFE_NO_SANDBOX");

  private ServiceMain() {}

  /**
   * Runs until SIGTERM or Ctrl-C, then closes and ends the process with exit code 0; 1 if the
   * service could not start, with each reason on a line of its own.
   */
  public static void run(
      String name, Map<String, String> environment, PrintStream err, Start start) {
    // Before the start, which may wait for Kafka as long as it takes.
    Service parts = new Service();
    closeAtExit(parts);
    try {
      Env env = new Env(environment);
      OTHERS.forEach(env::ignore);
      parts.add(start.start(env));
      LOGGER.atInfo().log("{} is up", name);
      new CountDownLatch(1).await();
    } catch (Env.ConfigException e) {
      e.problems().forEach(problem -> err.println("fob " + name + ": " + problem));
      fail();
    } catch (Exception e) {
      LOGGER.atDebug().setCause(e).log("did not start");
      err.println("fob " + name + ": " + e.getMessage());
      fail();
    }
  }

  /** Without the hook, which would end the process with 0. */
  private static void fail() {
    Runtime.getRuntime().halt(1);
  }

  /**
   * Closes the service when the process is told to end. The JVM's own exit code for a signal is 128
   * + its number; a service that has stopped in good order ends with 0.
   */
  public static void closeAtExit(AutoCloseable service) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    service.close();
                  } catch (Exception e) {
                    LOGGER.atWarn().setCause(e).log("close failed");
                  }
                  Runtime.getRuntime().halt(0);
                },
                "fob-shutdown"));
  }
}
