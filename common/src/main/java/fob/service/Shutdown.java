package fob.service;

import org.slf4j.LoggerFactory;

/**
 * The shutdown of the JVM after SIGTERM, SIGINT or {@link System#exit}. Creates no logger before it
 * has something to log, because commands use this class before the path of their log file is set.
 * Thread-safe.
 */
public final class Shutdown {

  /** A registration made by {@link #closeAtExit}; closing it removes the shutdown hook. */
  public interface AtExit extends AutoCloseable {
    @Override
    void close();
  }

  private Shutdown() {}

  /** Returns whether the JVM is shutting down, in which case failures need not be reported. */
  public static boolean hasBegun() {
    try {
      Runtime.getRuntime().removeShutdownHook(new Thread(() -> {}));
      return false;
    } catch (IllegalStateException shutdownInProgress) {
      return true;
    }
  }

  /**
   * Registers a shutdown hook that closes the service and then ends the process with exit code 0.
   * Without the hook, the JVM's exit code after a signal would be 128 plus the signal's number.
   */
  public static AtExit closeAtExit(AutoCloseable service) {
    Thread hook = new Thread(() -> closeAndHalt(service), "fob-shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
    return () -> {
      if (!hasBegun()) {
        Runtime.getRuntime().removeShutdownHook(hook);
      }
    };
  }

  private static void closeAndHalt(AutoCloseable service) {
    try {
      service.close();
    } catch (Exception e) {
      LoggerFactory.getLogger(Shutdown.class).atWarn().setCause(e).log("close failed");
    }
    Runtime.getRuntime().halt(0);
  }
}
