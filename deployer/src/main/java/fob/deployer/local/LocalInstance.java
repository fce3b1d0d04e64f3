package fob.deployer.local;

import fob.function.FunctionStatus.FailureReason;
import fob.function.Instance;
import fob.function.Limits;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One sandbox, from the request for it to its end. It tells what happens and decides nothing.
 * Thread-safe; single-use.
 */
final class LocalInstance {

  /** Hears of one sandbox. */
  interface Events {
    void ready(LocalInstance instance);

    void loadFailed(LocalInstance instance, FailureReason failure);

    void draining(LocalInstance instance, String reason);

    /** Nothing of it is left. This or {@link #left} comes once, in any case, and last. */
    void ended(LocalInstance instance, InstanceEnd end);

    /** It runs on without this deployer. */
    void left(LocalInstance instance);
  }

  /** How its sandbox comes to be. */
  @FunctionalInterface
  interface Source {
    RunningSandbox get(SandboxOutput output) throws IOException;
  }

  private static final Logger LOGGER = LoggerFactory.getLogger(LocalInstance.class);

  private final InstanceLocation location;
  private final Limits limits;
  private final Source source;
  private final Starts.Turn turn;
  private final LogTail log;
  private final Events events;
  private final RunDirectory run;
  private final CountDownLatch settled = new CountDownLatch(1); // it is up, or will not be
  private final SandboxHandle handle = new SandboxHandle();
  private volatile @Nullable String retiredBecause;

  LocalInstance(
      InstanceLocation location, Limits limits, Source source, Starts.Turn turn, FunctionLog log, Events events) {
    this.location = location;
    this.limits = limits;
    this.source = source;
    this.turn = turn;
    this.log = new LogTail(log);
    this.events = events;
    this.run = new RunDirectory(location);
  }

  Instance instance() {
    return location.instance();
  }

  /** As the log calls it. */
  String name() {
    return "instance " + location.number();
  }

  /**
   * Its whole life, in the calling thread, which should be a virtual one.
   *
   * @param longestSilence see {@link HealthWatch}
   */
  void live(Duration startTimeout, HealthChecks checks, Duration longestSilence) {
    SandboxExit exit;
    try {
      RunningSandbox started = start(startTimeout);
      exit = new HealthWatch(checks, location.socket(), started, longestSilence, handle).untilEnd();
    } catch (StartRefused refused) {
      end(InstanceEnd.refused(refused));
      return;
    } catch (IOException | RuntimeException | ExecutionException e) {
      LOGGER.atDebug().addKeyValue("instance", instance().id()).setCause(e).log("did not start");
      end(InstanceEnd.notStarted(String.valueOf(e.getMessage())));
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      end(InstanceEnd.notStarted("interrupted"));
      return;
    }
    switch (exit) {
      case SandboxExit.LeftRunning() -> events.left(this);
      case SandboxExit.Lost(String reason) ->
          end(asked().orElseGet(() -> new InstanceEnd(reason, log.lastLines())));
      case SandboxExit.Code code -> end(asked().orElseGet(() -> InstanceEnd.of(code, limits, log.lastLines())));
    }
  }

  /** How it has ended, if that is because fob asked for it. */
  private Optional<InstanceEnd> asked() {
    return Optional.ofNullable(retiredBecause)
        .or(() -> Optional.ofNullable(handle.killedBecause()))
        .map(reason -> new InstanceEnd(reason, log.lastLines()));
  }

  private void end(InstanceEnd end) {
    run.delete();
    events.ended(this, end);
  }

  private RunningSandbox start(Duration timeout) throws IOException, InterruptedException {
    try (turn) {
      turn.await();
      handle.requireWanted();
      RunningSandbox started = source.get(output());
      handle.hold(started);
      var _ = started.ended().thenRun(settled::countDown);
      try {
        new StartWatch(run, settled, started, turn).await(timeout).ifPresent(this::kill);
      } catch (IOException e) {
        killAsTampered(e);
      }
      return started;
    }
  }

  private SandboxOutput output() {
    DriverEvents heard = new DriverEvents(this::hear, this::kill);
    return new SandboxOutput() {
      @Override
      public void event(byte[] line) {
        heard.line(line);
      }

      @Override
      public void log(byte[] line) {
        log.line(line);
      }

      @Override
      public void say(String text) {
        log.say(text);
      }

      @Override
      public void doesNotEnd(String why) {
        LOGGER.atWarn().addKeyValue("instance", instance().id()).log(why);
        events.draining(LocalInstance.this, why);
      }
    };
  }

  private void hear(DriverEvent event) {
    switch (event) {
      case DriverEvent.Ready() -> {
        if (hasSocket()) {
          handle.up();
          events.ready(this);
          settled.countDown();
        }
      }
      case DriverEvent.LoadFailed(FailureReason failure) -> {
        events.loadFailed(this, failure);
        settled.countDown();
      }
      case DriverEvent.Draining(String reason) -> events.draining(this, reason);
    }
  }

  /** The event may be faster than the next look for the socket. */
  private boolean hasSocket() {
    try {
      return run.takeSocket();
    } catch (IOException e) {
      killAsTampered(e);
      return false;
    }
  }

  private void killAsTampered(IOException how) {
    kill("it tampered with its run directory: " + how.getMessage());
  }

  /** Lets it finish its calls and end, since another takes its location. */
  void retire(String reason) {
    retiredBecause = reason;
    terminate();
  }

  /** Lets it finish its calls and end. */
  void terminate() {
    handle.terminate();
    turn.close();
  }

  /** Ends it at once. */
  void kill(String reason) {
    handle.kill(reason);
    turn.close();
  }

  /** Lets it run on without this deployer, if it is up; else it is killed. */
  void leave() {
    handle.leave();
    turn.close();
  }
}
