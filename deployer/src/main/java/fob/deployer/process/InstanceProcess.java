package fob.deployer.process;

import fob.deployer.process.Launcher.Launched;
import fob.function.FunctionStatus.Failure;
import fob.function.Instance;
import fob.service.Durations;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
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
  private static final long READER_STACK_BYTES = 256 * 1024;
  private static final Duration LONGEST_READ_OUT = Duration.ofSeconds(1);
  private static final Duration SOCKET_POLL = Duration.ofMillis(1);

  private final int number;
  private final Instance instance;
  private final FunctionHome home;
  private final Launcher launcher;
  private final LogTail log;
  private final Events events;
  private final CountDownLatch settled = new CountDownLatch(1); // it is up, or will not be

  private @Nullable Process process; // guarded by this
  private @Nullable String killedBecause; // guarded by this

  InstanceProcess(
      int number, FunctionHome home, Launcher launcher, FunctionLog log, Events events) {
    this.number = number;
    this.instance =
        new Instance(home.instanceId(number), URI.create("unix:" + home.socket(number)));
    this.home = home;
    this.launcher = launcher;
    this.log = new LogTail(log);
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
      requireStillWanted();
      Launched launched =
          launcher.launch(home, run.directory(), home.directory().getFileName() + "-" + number);
      Process started = launched.process();
      adopt(started);
      Thread out =
          reader("out", started.getInputStream(), DriverEvent.LONGEST_LINE, l -> hear(run, l));
      Thread err = reader("err", started.getErrorStream(), LONGEST_LOG_LINE, log::line);
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
    String reason = killReason();
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

  /** A read from a pipe would hold the carrier of a virtual thread. */
  private Thread reader(String what, InputStream in, int longest, Consumer<byte[]> line) {
    LineReader lines = new LineReader(in, longest);
    return Thread.ofPlatform()
        .daemon()
        .name("fob-" + what + "-" + instance.id())
        .stackSize(READER_STACK_BYTES)
        .start(() -> {
          try {
            for (byte[] next = lines.next(); next != null; next = lines.next()) {
              line.accept(next);
            }
          } catch (IOException closed) {
            LOGGER.atDebug().addKeyValue("instance", instance.id()).log("a pipe was closed");
          }
        });
  }

  private synchronized void adopt(Process started) {
    process = started;
    if (killedBecause != null) {
      started.destroyForcibly();
    }
  }

  private synchronized void requireStillWanted() throws IOException {
    if (killedBecause != null) {
      throw new IOException(killedBecause);
    }
  }

  private synchronized @Nullable String killReason() {
    return killedBecause;
  }

  /** SIGTERM for the driver: it takes no more calls, finishes the running ones and ends. */
  synchronized void terminate() {
    Process running = process;
    if (running == null) {
      kill("it was no longer wanted");
    } else {
      launcher.driver(running).forEach(ProcessHandle::destroy);
    }
  }

  /** Ends everything in the sandbox at once. The first reason is the one that counts. */
  synchronized void kill(String reason) {
    if (killedBecause == null) {
      killedBecause = reason;
    }
    if (process != null) {
      process.destroyForcibly();
    }
  }
}
