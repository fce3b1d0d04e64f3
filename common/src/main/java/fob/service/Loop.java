package fob.service;

import java.time.Duration;
import java.util.Collection;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A loop on a thread of its own, watched by {@link Loops}, which creates it. Thread-safe. */
public final class Loop {

  private static final Logger LOGGER = LoggerFactory.getLogger(Loop.class);
  private static final int MAX_FAILURE_CHARS = 300;

  private final String name;
  private final Duration patience;
  private final LongSupplier nanoTime;
  private final Collection<Loop> running;
  private final Runnable endProcess;
  private final RepeatedMessage logged;
  private volatile @Nullable Thread thread;
  private volatile @Nullable String failure;
  private volatile long succeededNanos;
  private volatile boolean ending;

  /**
   * Creates a loop that is not started yet.
   *
   * @param running contains this loop while it can be stuck; a thread-safe collection
   */
  Loop(
      String name,
      Duration patience,
      LongSupplier nanoTime,
      Collection<Loop> running,
      Runnable endProcess) {
    this.name = name;
    this.patience = patience;
    this.nanoTime = nanoTime;
    this.running = running;
    this.endProcess = endProcess;
    this.logged = new RepeatedMessage(nanoTime);
  }

  /**
   * Starts the loop on a platform thread.
   *
   * @param body the loop itself; returns when it is told to end
   */
  public void start(Runnable body) {
    start(Thread.ofPlatform(), body);
  }

  /** Starts the loop like {@link #start}, but on a virtual thread. */
  public void startVirtual(Runnable body) {
    start(Thread.ofVirtual(), body);
  }

  private void start(Thread.Builder builder, Runnable body) {
    succeededNanos = nanoTime.getAsLong();
    running.add(this);
    thread = builder.name("fob-" + name).start(() -> run(body));
  }

  /**
   * Runs one task on the calling thread. The loop can be stuck only while a task runs. A {@link
   * RuntimeException} of the task is logged; an {@link Error} ends the process.
   */
  public void perform(Runnable task) {
    succeededNanos = nanoTime.getAsLong();
    running.add(this);
    try {
      task.run();
    } catch (RuntimeException e) {
      LOGGER.atError().addKeyValue("loop", name).setCause(e).log("a task failed");
    } catch (Error e) {
      ended(e);
    } finally {
      running.remove(this);
    }
  }

  /** Returns whether the loop has been started, whether or not it still runs. */
  public boolean isStarted() {
    return thread != null;
  }

  /** Records that one iteration succeeded. */
  public void succeeded() {
    succeededNanos = nanoTime.getAsLong();
    if (failure != null) {
      failure = null;
      if (logged.clear()) {
        LOGGER.atInfo().addKeyValue("loop", name).log("works again");
      }
    }
  }

  /**
   * Records that one iteration failed and that the loop will try again. A new reason is logged at
   * once, a repeated one once a minute.
   */
  public void failed(String why) {
    failure = why;
    if (logged.shouldLog(why)) {
      LOGGER.atWarn().addKeyValue("loop", name).log("{}", Text.printable(why, MAX_FAILURE_CHARS));
    }
  }

  /** Records that one iteration failed by a bug in fob and that the loop will try again. */
  public void failed(RuntimeException bug) {
    failure = bug.toString();
    if (logged.shouldLog(bug.toString())) {
      LOGGER.atError().addKeyValue("loop", name).setCause(bug).log("an iteration failed");
    }
  }

  boolean isStuck() {
    return sinceSuccess().compareTo(patience) > 0;
  }

  private Duration sinceSuccess() {
    return Duration.ofNanos(nanoTime.getAsLong() - succeededNanos);
  }

  /** Says since when the loop is stuck, and why, in one sentence. */
  String complaint() {
    long seconds = sinceSuccess().toSeconds();
    String last = failure;
    return "the loop '%s' has not worked for %d s%s"
        .formatted(
            name, seconds, last == null ? "" : ": " + Text.printable(last, MAX_FAILURE_CHARS));
  }

  private void run(Runnable body) {
    try {
      body.run();
    } catch (Throwable e) {
      ended(e);
    } finally {
      running.remove(this);
    }
  }

  private void ended(Throwable e) {
    if (ending && e instanceof RuntimeException) {
      LOGGER.atWarn().addKeyValue("loop", name).setCause(e).log("the loop failed while it ended");
      return;
    }
    try {
      LOGGER
          .atError()
          .addKeyValue("loop", name)
          .setCause(e)
          .log(
              "the loop ended unexpectedly, so this process ends with exit code {}",
              Loops.EXIT_CODE);
    } finally {
      endProcess.run();
    }
  }

  /** Waits until the body has ended, which the caller has already told to end. */
  public void end(Duration atMost) {
    ending = true;
    Thread started = thread;
    if (started != null) {
      Threads.join(started, atMost);
    }
  }

  /** Interrupts the body, which must end when interrupted, and waits until it has ended. */
  public void interrupt(Duration atMost) {
    ending = true;
    Thread started = thread;
    if (started != null) {
      started.interrupt();
      Threads.join(started, atMost);
    }
  }
}
