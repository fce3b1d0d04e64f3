package fob.deployer.local;

import fob.function.FunctionStatus.Failure;
import fob.function.Instance;
import fob.function.Limits;
import fob.service.Durations;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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

    void loadFailed(LocalInstance instance, Failure failure);

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
  private static final Duration SOCKET_POLL = Duration.ofMillis(1);

  private final Place place;
  private final Limits limits;
  private final Source source;
  private final LogTail log;
  private final Events events;
  private final RunDirectory run;
  private final CountDownLatch settled = new CountDownLatch(1); // it is up, or will not be
  private final Leash leash = new Leash();

  LocalInstance(Place place, Limits limits, Source source, FunctionLog log, Events events) {
    this.place = place;
    this.limits = limits;
    this.source = source;
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
   * @param starting one permit for each instance that may be starting at the same time
   */
  void live(Semaphore starting, Duration startTimeout) {
    Exit exit;
    try {
      exit = start(starting, startTimeout).ended().get();
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
          end(killed().orElseGet(() -> new End(reason, log.lastLines())));
      case Exit.Code(int code, boolean outOfMemory) ->
          end(killed().orElseGet(() -> End.of(code, outOfMemory, limits, log.lastLines())));
    }
  }

  private Optional<End> killed() {
    return Optional.ofNullable(leash.killedBecause())
        .map(reason -> new End(reason, log.lastLines()));
  }

  private void end(End end) {
    run.delete();
    events.ended(this, end);
  }

  private RunningSandbox start(Semaphore starting, Duration timeout)
      throws IOException, InterruptedException {
    starting.acquire();
    try {
      leash.requireWanted();
      RunningSandbox started = source.get(output());
      leash.hold(started);
      awaitUp(started, timeout);
      return started;
    } finally {
      starting.release();
    }
  }

  /** Returns once the driver has said how it is, or has ended; kills it where that takes long. */
  private void awaitUp(RunningSandbox started, Duration timeout) throws InterruptedException {
    var _ = started.ended().thenRun(settled::countDown);
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
      killAsTampered(e);
    }
  }

  private Output output() {
    return new Output() {
      @Override
      public void event(byte[] line) {
        hear(line);
      }

      @Override
      public void log(byte[] line) {
        log.line(line);
      }
    };
  }

  private void hear(byte[] line) {
    switch (DriverEvent.parse(line).orElse(null)) {
      case DriverEvent.Ready() -> {
        if (hasSocket()) {
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
      case null -> LOGGER.atDebug().addKeyValue("instance", instance().id()).log("not an event");
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

  /** Lets it finish its calls and end. */
  void terminate() {
    leash.terminate();
  }

  /** Ends it at once. */
  void kill(String reason) {
    leash.kill(reason);
  }

  /** Lets it run on without this deployer, if it is up; else it is killed. */
  void leave() {
    leash.leave();
  }
}
