package fob.service;

import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when a thread ends by a {@link Throwable} that nobody caught. An {@link Error} ends
 * the process with {@link Loops#EXIT_CODE}: what the thread did is missing from then on, and a
 * supervisor can restart a process but cannot notice that. A {@link RuntimeException} outside a
 * {@link Loop} ends what one call or one function needed, so it is logged alone. Thread-safe.
 */
public final class UncaughtErrors implements Thread.UncaughtExceptionHandler {

  private final boolean endsForExceptions;
  private final Runnable endProcess;

  /**
   * @param endsForExceptions whether a {@link RuntimeException} ends the process, too
   * @param endProcess called by the thread that ends
   */
  UncaughtErrors(boolean endsForExceptions, Runnable endProcess) {
    this.endsForExceptions = endsForExceptions;
    this.endProcess = endProcess;
  }

  /** Handles the errors of all threads of this process that have no other handler. */
  public static void endThisProcess() {
    Thread.setDefaultUncaughtExceptionHandler(new UncaughtErrors(false, Loops::haltJvm));
  }

  /**
   * Handles the errors of threads that run now and belong to a library. They must run for as long
   * as the library is used, so any {@link Throwable} ends the process.
   *
   * @param namePrefix how the threads' names begin
   */
  public static void watch(String namePrefix) {
    watch(namePrefix, new UncaughtErrors(true, Loops::haltJvm));
  }

  static void watch(String namePrefix, UncaughtErrors handler) {
    running()
        .filter(thread -> thread.getName().startsWith(namePrefix))
        .forEach(thread -> thread.setUncaughtExceptionHandler(handler));
  }

  /** Returns the platform threads of this process. */
  private static Stream<Thread> running() {
    ThreadGroup all = Thread.currentThread().getThreadGroup();
    while (all.getParent() != null) {
      all = all.getParent();
    }
    Thread[] found = new Thread[2 * all.activeCount() + 16];
    int count = all.enumerate(found);
    return Stream.of(found).limit(count);
  }

  @Override
  public void uncaughtException(Thread thread, Throwable thrown) {
    // No earlier, as commands use this class before the path of their log file is set.
    Logger logger = LoggerFactory.getLogger(UncaughtErrors.class);
    if (!endsForExceptions && !(thrown instanceof Error)) {
      logger
          .atError()
          .addKeyValue("thread", thread.getName())
          .setCause(thrown)
          .log("a thread ended unexpectedly");
      return;
    }
    try {
      logger
          .atError()
          .addKeyValue("thread", thread.getName())
          .setCause(thrown)
          .log(
              "a thread ended unexpectedly, so this process ends with exit code {}",
              Loops.EXIT_CODE);
    } finally {
      endProcess.run();
    }
  }
}
