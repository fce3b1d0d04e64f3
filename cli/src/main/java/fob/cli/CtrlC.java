package fob.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command end in its own way after Ctrl-C, within 5 s: its thread is interrupted, and the
 * process stays until this is closed.
 */
final class CtrlC implements AutoCloseable {

  private static final Duration LONGEST = Duration.ofSeconds(5);

  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook;

  private CtrlC(Thread interrupted) {
    this.hook =
        new Thread(() -> {
          interrupted.interrupt();
          try {
            done.await(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /** From now on, Ctrl-C interrupts this thread. */
  static CtrlC interruptsThisThread() {
    CtrlC ctrlC = new CtrlC(Thread.currentThread());
    Runtime.getRuntime().addShutdownHook(ctrlC.hook);
    return ctrlC;
  }

  @Override
  public void close() {
    done.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending.
    }
  }
}
