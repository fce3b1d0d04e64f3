package fob.service;

import org.slf4j.LoggerFactory;

/**
 * The end of a process that is told to end. Makes no logger before it needs one: a command uses it
 * before it knows where its log is.
 */
public final class Shutdown {

  /** Keeps {@link #closeAtExit} in force until it is closed. */
  public interface AtExit extends AutoCloseable {
    @Override
    void close();
  }

  private Shutdown() {}

  /** Whether the process has been told to end: what fails from now on is no news. */
  public static boolean hasBegun() {
    try {
      Runtime.getRuntime().removeShutdownHook(new Thread(() -> {}));
      return false;
    } catch (IllegalStateException shutdownInProgress) {
      return true;
    }
  }

  /**
   * Closes the service when the process is told to end. The JVM's own exit code for a signal is 128
   * + its number; a service that has stopped in good order ends with 0.
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
