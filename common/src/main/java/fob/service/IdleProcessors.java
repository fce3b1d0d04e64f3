package fob.service;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;

/**
 * Holds work back while the processors of the machine are busy with something else. The work begins
 * once they are idle, and pauses while other processes use half of them. Used by one thread.
 */
final class IdleProcessors {

  private static final double BUSY = 0.5;
  private static final Duration LOOK = Duration.ofMillis(200);

  private final DoubleSupplier machine;
  private final DoubleSupplier process;
  private final Duration look;
  private boolean hasBegun;
  private long lookedNanos = System.nanoTime();

  /**
   * @param machine the share of the processors that was used since the last question, 0 to 1
   * @param process the same for this process alone
   * @param look how often to ask
   */
  IdleProcessors(DoubleSupplier machine, DoubleSupplier process, Duration look) {
    this.machine = machine;
    this.process = process;
    this.look = look;
  }

  static IdleProcessors ofMachine() {
    var os = ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
    // What is asked next is about the time from now on.
    var _ = os.getCpuLoad() + os.getProcessCpuLoad();
    return new IdleProcessors(os::getCpuLoad, os::getProcessCpuLoad, LOOK);
  }

  /**
   * Blocks while the processors are busy.
   *
   * @param isWanted whether the work is still wanted
   * @return whether it is
   */
  boolean await(BooleanSupplier isWanted) throws InterruptedException {
    while (isWanted.getAsBoolean() && isBusy()) {
      Thread.sleep(look);
    }
    return isWanted.getAsBoolean();
  }

  private boolean isBusy() {
    long now = System.nanoTime();
    if (now - lookedNanos < look.toNanos()) {
      return !hasBegun;
    }
    lookedNanos = now;
    double own = process.getAsDouble();
    double used = machine.getAsDouble();
    boolean isBusy = (hasBegun ? used - own : used) > BUSY;
    hasBegun |= !isBusy;
    return isBusy;
  }
}
