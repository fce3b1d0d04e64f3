package fob.service;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/**
 * Watches the threads that must run for as long as the process serves. Each loop reports its
 * successful and failed iterations; {@link #stuck} names the loops that have had no success for too
 * long. A loop that ends without having been told to ends the process, because a supervisor can
 * restart a process but cannot notice that a thread is missing. Thread-safe.
 */
public final class Loops {

  /** The exit code of a process whose loop ended unexpectedly. */
  public static final int EXIT_CODE = 70;

  /** Longer than any wait for Kafka within one iteration. */
  private static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(15);

  private final List<Loop> running = new CopyOnWriteArrayList<>();
  private final LongSupplier nanoTime;
  private final Runnable endProcess;

  /** Creates a watch that halts the JVM with {@link #EXIT_CODE} if a loop ends unexpectedly. */
  public Loops() {
    // Shutdown hooks must not run, because they wait for the loops to end.
    this(System::nanoTime, Loops::haltJvm);
  }

  /**
   * Creates a watch for tests.
   *
   * @param nanoTime a clock like {@link System#nanoTime}
   * @param endProcess called by the thread of a loop that ends unexpectedly
   */
  public Loops(LongSupplier nanoTime, Runnable endProcess) {
    this.nanoTime = nanoTime;
    this.endProcess = endProcess;
  }

  /** Returns a new loop that counts as stuck after 15 s without a successful iteration. */
  public Loop loop(String name) {
    return loop(name, DEFAULT_PATIENCE);
  }

  /**
   * Returns a new loop, which is not started yet.
   *
   * @param name a part of the thread's name and of log lines
   * @param patience the time without a successful iteration after which the loop counts as stuck
   */
  public Loop loop(String name, Duration patience) {
    return new Loop(name, patience, nanoTime, running, endProcess);
  }

  /** Returns a timer whose tasks count as stuck when one of them takes longer than 15 s. */
  public ScheduledExecutorService timer(String name) {
    return timer(name, DEFAULT_PATIENCE);
  }

  /**
   * Returns a timer with one thread, which runs its tasks one at a time. A task that throws a
   * {@link RuntimeException} is logged; an {@link Error} ends the process. A task that comes after
   * the end of the timer is thrown away.
   *
   * @param name a part of the thread's name and of log lines
   * @param patience the time after which a task counts as stuck
   */
  public ScheduledExecutorService timer(String name, Duration patience) {
    return new WatchedTimer(loop(name, patience), name);
  }

  static void haltJvm() {
    Runtime.getRuntime().halt(EXIT_CODE);
  }

  /** Returns one sentence for each stuck loop: its name, since when it is stuck, and why. */
  public List<String> stuck() {
    return running.stream().filter(Loop::isStuck).map(Loop::complaint).toList();
  }

  /** Says all of that together; empty if no loop is stuck. */
  public Optional<String> problem() {
    return Optional.of(String.join("; ", stuck())).filter(text -> !text.isEmpty());
  }
}
