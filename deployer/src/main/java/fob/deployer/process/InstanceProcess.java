package fob.deployer.process;

import fob.deployer.process.Launcher.Launched;
import fob.function.FunctionStatus.Failure;
import fob.function.Instance;
import fob.service.Durations;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One sandbox, from the request for it to its end. It tells what happens and decides nothing.
 * Thread-safe; single-use.
 */
final class InstanceProcess {

  /** Hears of one sandbox. */
  interface Events {
    void ready(InstanceProcess process);

    void loadFailed(InstanceProcess process, Failure failure);

    void draining(InstanceProcess process, String reason);

    /** Comes once, in any case, and last: nothing of it is left. */
    void ended(InstanceProcess process, End end);
  }

  private record Running(Launched launched, Thread out, Thread err) {}

  private static final Logger LOGGER = LoggerFactory.getLogger(InstanceProcess.class);
  private static final int LONGEST_LOG_LINE = 16 * 1024;
  private static final Duration LONGEST_READ_OUT = Duration.ofSeconds(1);
  private static final Duration SOCKET_POLL = Duration.ofMillis(1);

  private final int number;
  private final Instance instance;
  private final FunctionHome home;
  private final Launcher launcher;
  private final LogTail log;
  private final Events events;
  private final CountDownLatch settled = new CountDownLatch(1); // it is up, or will not be
  private final Leash leash;

  InstanceProcess(
      int number, FunctionHome home, Launcher launcher, FunctionLog log, Events events) {
    this.number = number;
    this.instance =
        new Instance(home.instanceId(number), URI.create("unix:" + home.socket(number)));
    this.home = home;
    this.launcher = launcher;
    this.log = new LogTail(log);
    this.leash = new Leash(launcher);
    this.events = events;
  }

  Instance instance() {
    return instance;
  }

  /** As the log calls it. */
  String name() {
    return "instance " + number;
  }

  /** Its whole life, in the calling thread, which should be a virtual one. */
  void live(Duration startTimeout) {
    End end;
    try {
      end = run(startTimeout);
    } catch (IOException | RuntimeException e) {
      LOGGER.atDebug().addKeyValue("instance", instance.id()).setCause(e).log("did not start");
      end = End.notStarted(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      end = End.notStarted("interrupted");
    }
    events.ended(this, end);
  }

  private End run(Duration startTimeout) throws IOException, InterruptedException {
    RunDirectory run = new RunDirectory(home.createRun(number), home.socket(number));
    try {
      Running running = start(run, startTimeout);
      try {
        return awaitEnd(running);
      } finally {
        running.launched().cgroup().ifPresent(Cgroup::delete);
      }
    } finally {
      run.delete();
    }
  }

  private Running start(RunDirectory run, Duration timeout)
      throws IOException, InterruptedException {
    launcher.starting().acquire();
    try {
      leash.requireWanted();
      Launched launched =
          launcher.launch(home, run.directory(), home.directory().getFileName() + "-" + number);
      Process started = launched.process();
      leash.hold(started);
      Thread out =
          LinePump.start(
              "fob-out-" + instance.id(),
              new LineReader(started.getInputStream(), DriverEvent.LONGEST_LINE),
              line -> hear(run, line));
      Thread err =
          LinePump.start(
              "fob-err-" + instance.id(),
              new LineReader(started.getErrorStream(), LONGEST_LOG_LINE),
              log::line);
      awaitUp(started, run, timeout);
      return new Running(launched, out, err);
    } finally {
      launcher.starting().release();
    }
  }

  /** Returns once the driver has said how it is, or has ended; kills it where that takes long. */
  private void awaitUp(Process started, RunDirectory run, Duration timeout)
      throws InterruptedException {
    var _ = started.onExit().thenRun(settled::countDown);
    long deadline = System.nanoTime() + timeout.toNanos();
    try {
      while (!run.takeSocket()) {
        if (settled.await(SOCKET_POLL.toNanos(), TimeUnit.NANOSECONDS)) {
          return;
        }
        if (System.nanoTime() > deadline) {
          kill("it had no socket within " + Durations.text(timeout));
          return;
        }
      }
      if (!settled.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        kill("it was not ready within " + Durations.text(timeout));
      }
    } catch (IOException e) {
      kill("it tampered with " + Sandbox.RUN + ": " + e.getMessage());
    }
  }

  private End awaitEnd(Running running) throws InterruptedException {
    int exitCode = running.launched().process().waitFor();
    // What it said last is heard before its end is told. A stray child may hold the pipes open.
    running.out().join(LONGEST_READ_OUT);
    running.err().join(LONGEST_READ_OUT);
    List<String> lastLines = log.lastLines();
    String reason = leash.killedBecause();
    if (reason != null) {
      return new End(reason, lastLines);
    }
    boolean outOfMemory =
        End.isKill(exitCode)
            && running.launched().cgroup().map(Cgroup::ranOutOfMemory).orElse(false);
    return End.of(exitCode, outOfMemory, home.spec().limits(), lastLines);
  }

  private void hear(RunDirectory run, byte[] line) {
    switch (DriverEvent.parse(line).orElse(null)) {
      case DriverEvent.Ready() -> {
        if (hasSocket(run)) {
          leash.up();
          events.ready(this);
          settled.countDown();
        }
      }
      case DriverEvent.LoadFailed(Failure failure) -> {
        events.loadFailed(this, failure);
        settled.countDown();
      }
      case DriverEvent.Draining(String reason) -> events.draining(this, reason);
      case null -> LOGGER.atDebug().addKeyValue("instance", instance.id()).log("not an event");
    }
  }

  /** The event may be faster than the next look for the socket. */
  private boolean hasSocket(RunDirectory run) {
    try {
      return run.takeSocket();
    } catch (IOException e) {
      kill("it tampered with " + Sandbox.RUN + ": " + e.getMessage());
      return false;
    }
  }

  /** Lets it finish its calls and end. */
  void terminate() {
    leash.terminate();
  }

  /** Ends it at once. */
  void kill(String reason) {
    leash.kill(reason);
  }
}
