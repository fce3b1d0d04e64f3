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
    void ended(LocalInstance instance, End end);

    /** It runs on without this deployer. */
    void left(LocalInstance instance);
  }

  /** How its sandbox comes to be. */
  @FunctionalInterface
  interface Source {
    RunningSandbox get(Output output) throws IOException;
  }

  private static final Logger LOGGER = LoggerFactory.getLogger(LocalInstance.class);

  private final Place place;
  private final Limits limits;
  private final Source source;
  private final Starts.Turn turn;
  private final LogTail log;
  private final Events events;
  private final RunDirectory run;
  private final CountDownLatch settled = new CountDownLatch(1); // it is up, or will not be
  private final Leash leash = new Leash();
  private volatile @Nullable String retiredBecause;

  LocalInstance(
      Place place, Limits limits, Source source, Starts.Turn turn, FunctionLog log, Events events) {
    this.place = place;
    this.limits = limits;
    this.source = source;
    this.turn = turn;
    this.log = new LogTail(log);
    this.events = events;
    this.run = new RunDirectory(place);
  }

  Instance instance() {
    return place.instance();
  }

  /** As the log calls it. */
  String name() {
    return "instance " + place.number();
  }

  /**
   * Its whole life, in the calling thread, which should be a virtual one.
   *
   * @param longestSilence see {@link HealthWatch}
   */
  void live(Duration startTimeout, HealthChecks checks, Duration longestSilence) {
    Exit exit;
    try {
      RunningSandbox started = start(startTimeout);
      exit = new HealthWatch(checks, place.socket(), started, longestSilence, leash).untilEnd();
    } catch (StartRefused refused) {
      end(End.refused(refused));
      return;
    } catch (IOException | RuntimeException | ExecutionException e) {
      LOGGER.atDebug().addKeyValue("instance", instance().id()).setCause(e).log("did not start");
      end(End.notStarted(String.valueOf(e.getMessage())));
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      end(End.notStarted("interrupted"));
      return;
    }
    switch (exit) {
      case Exit.LeftRunning() -> events.left(this);
      case Exit.Lost(String reason) ->
          end(asked().orElseGet(() -> new End(reason, log.lastLines())));
      case Exit.Code code -> end(asked().orElseGet(() -> End.of(code, limits, log.lastLines())));
    }
  }

  /** How it has ended, if that is because fob asked for it. */
  private Optional<End> asked() {
    return Optional.ofNullable(retiredBecause)
        .or(() -> Optional.ofNullable(leash.killedBecause()))
        .map(reason -> new End(reason, log.lastLines()));
  }

  private void end(End end) {
    run.delete();
    events.ended(this, end);
  }

  private RunningSandbox start(Duration timeout) throws IOException, InterruptedException {
    try (turn) {
      turn.await();
      leash.requireWanted();
      RunningSandbox started = source.get(output());
      leash.hold(started);
      var _ = started.ended().thenRun(settled::countDown);
      try {
        new StartWatch(run, settled, started, turn).await(timeout).ifPresent(this::kill);
      } catch (IOException e) {
        killAsTampered(e);
      }
      return started;
    }
  }

  private Output output() {
    DriverEvents heard = new DriverEvents(this::hear, this::kill);
    return new Output() {
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
      public void lingers(String why) {
        LOGGER.atWarn().addKeyValue("instance", instance().id()).log(why);
        events.draining(LocalInstance.this, why);
      }
    };
  }

  private void hear(DriverEvent event) {
    switch (event) {
      case DriverEvent.Ready() -> {
        if (hasSocket()) {
          leash.up();
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

  /** Lets it finish its calls and end, since another takes its place. */
  void retire(String reason) {
    retiredBecause = reason;
    terminate();
  }

  /** Lets it finish its calls and end. */
  void terminate() {
    leash.terminate();
    turn.close();
  }

  /** Ends it at once. */
  void kill(String reason) {
    leash.kill(reason);
    turn.close();
  }

  /** Lets it run on without this deployer, if it is up; else it is killed. */
  void leave() {
    leash.leave();
    turn.close();
  }
}
