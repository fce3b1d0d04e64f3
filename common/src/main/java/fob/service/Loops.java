package fob.service;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of a process that must go on for as long as it serves. Each says when it has done a
 * turn, or why it could not; {@link #stuck} names those that are overdue. A loop that ends although
 * nobody asked it to ends the process: a supervisor can start a process again, but it cannot see
 * that a thread is missing. Thread-safe.
 */
public final class Loops {

  public static final int EXIT_CODE = 70;

  private static final Logger LOGGER = LoggerFactory.getLogger(Loops.class);

  /** Longer than any wait for the bus within a turn. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final int MOST_OF_A_FAILURE = 300;

  private final List<Loop> running = new CopyOnWriteArrayList<>();
  private final LongSupplier nanoTime;
  private final Runnable endProcess;

  public Loops() {
    // Without the shutdown hooks, which wait for loops to end.
    this(System::nanoTime, () -> Runtime.getRuntime().halt(EXIT_CODE));
  }

  public Loops(LongSupplier nanoTime, Runnable endProcess) {
    this.nanoTime = nanoTime;
    this.endProcess = endProcess;
  }

  /** A loop that takes less than 15 s for a turn. */
  public Loop loop(String name) {
    return new Loop(name, PATIENCE);
  }

  /** A loop that takes less than that for a turn. */
  public Loop loop(String name, Duration patience) {
    return new Loop(name, patience);
  }

  /** Each loop that has not turned in time, and why, as a sentence for people. */
  public List<String> stuck() {
    return running.stream()
        .filter(loop -> loop.sinceTurn().compareTo(loop.patience) > 0)
        .map(Loop::complaint)
        .toList();
  }

  /** One loop, on a thread of its own. */
  public final class Loop {

    private final String name;
    private final Duration patience;
    private final RepeatedMessage logged = new RepeatedMessage(nanoTime);
    private volatile @Nullable Thread thread;
    private volatile @Nullable String failure;
    private volatile long turnedNanos;
    private volatile boolean ending;

    private Loop(String name, Duration patience) {
      this.name = name;
      this.patience = patience;
    }

    /** Starts the loop on a platform thread; the body returns when it is asked to end. */
    public void start(Runnable body) {
      start(Thread.ofPlatform(), body);
    }

    /** Starts the loop on a virtual thread; see {@link #start}. */
    public void startVirtual(Runnable body) {
      start(Thread.ofVirtual(), body);
    }

    private void start(Thread.Builder builder, Runnable body) {
      turnedNanos = nanoTime.getAsLong();
      running.add(this);
      thread = builder.name("fob-" + name).start(() -> run(body));
    }

    /**
     * Performs one task of a thread that waits for them: the loop is overdue only while one runs. A
     * task that fails is logged, and one that ends by an error ends the process.
     */
    public void perform(Runnable task) {
      turnedNanos = nanoTime.getAsLong();
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

    public boolean isStarted() {
      return thread != null;
    }

    /** A turn has done what it should. */
    public void succeeded() {
      turnedNanos = nanoTime.getAsLong();
      if (failure != null) {
        failure = null;
        if (logged.clear()) {
          LOGGER.atInfo().addKeyValue("loop", name).log("works again");
        }
      }
    }

    /** A turn failed, and the loop tries again. It is logged at once, and then once a minute. */
    public void failed(String why) {
      failure = why;
      if (logged.shouldLog(why)) {
        LOGGER.atWarn().addKeyValue("loop", name).log("{}", Text.printable(why, MOST_OF_A_FAILURE));
      }
    }

    /** A turn failed by a mistake in fob, and the loop tries again. */
    public void failed(RuntimeException bug) {
      failure = bug.toString();
      if (logged.shouldLog(bug.toString())) {
        LOGGER.atError().addKeyValue("loop", name).setCause(bug).log("a turn failed");
      }
    }

    private Duration sinceTurn() {
      return Duration.ofNanos(nanoTime.getAsLong() - turnedNanos);
    }

    private String complaint() {
      long seconds = sinceTurn().toSeconds();
      String last = failure;
      return "the loop '%s' has not worked for %d s%s"
          .formatted(
              name, seconds, last == null ? "" : ": " + Text.printable(last, MOST_OF_A_FAILURE));
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
        LOGGER.atWarn().addKeyValue("loop", name).setCause(e).log("failed at its end");
        return;
      }
      try {
        LOGGER
            .atError()
            .addKeyValue("loop", name)
            .setCause(e)
            .log(
                "ended, and nothing works without it: this process ends (exit code {})", EXIT_CODE);
      } finally {
        endProcess.run();
      }
    }

    /** The body has been told to end: waits until it has, at most that long. */
    public void end(Duration atMost) {
      ending = true;
      Thread started = thread;
      if (started != null) {
        Threads.join(started, atMost);
      }
    }

    /** Ends a loop whose body ends when it is interrupted. */
    public void interrupt(Duration atMost) {
      ending = true;
      Thread started = thread;
      if (started != null) {
        started.interrupt();
        Threads.join(started, atMost);
      }
    }
  }
}
