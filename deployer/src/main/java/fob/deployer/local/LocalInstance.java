package fob.deployer.local;

import fob.deployer.Ending;
import fob.function.Instance;
import fob.function.Limits;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance, from the request for its sandbox to the end of the sandbox. It tells its listener
 * what happens and decides nothing. {@link #live} runs on a virtual thread of the instance; the
 * other methods may be called on any thread and do not wait. Single-use.
 */
final class LocalInstance {

  /** Starts or finds the sandbox. */
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
  private final BiConsumer<LocalInstance, InstanceEvent> listener;
  private final Reach reach;

  /** At zero once the driver said whether it is ready, or the sandbox has ended. */
  private final CountDownLatch settled = new CountDownLatch(1);

  private final SandboxHandle handle = new SandboxHandle();
  private volatile @Nullable Ending retiredBecause;

  /**
   * Creates an instance without a sandbox.
   *
   * @param turn the right to start, already asked for; closed by this instance
   * @param listener gets every event of the instance; called on several threads
   */
  LocalInstance(
      InstanceLocation location,
      Limits limits,
      Source source,
      Starts.Turn turn,
      FunctionLog log,
      BiConsumer<LocalInstance, InstanceEvent> listener) {
    this.location = location;
    this.limits = limits;
    this.source = source;
    this.turn = turn;
    this.log = new LogTail(log, location.instance().id());
    this.listener = listener;
    this.reach = location.reach();
  }

  InstanceLocation location() {
    return location;
  }

  Instance instance() {
    return reach.instance();
  }

  /** Returns the name that the function's log uses. */
  String name() {
    return "instance " + location.number();
  }

  /**
   * Waits for the turn, starts the sandbox and watches it until it has ended or was left running.
   *
   * @param longestSilence see {@link HealthWatch}
   */
  void live(Duration startTimeout, HealthChecks checks, Duration longestSilence) {
    SandboxExit exit;
    try {
      RunningSandbox started = start(startTimeout);
      exit = new HealthWatch(checks, reach, started, longestSilence, handle).untilEnd();
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
      case SandboxExit.LeftRunning() -> tell(new InstanceEvent.LeftRunning());
      case SandboxExit.Lost(String reason) ->
          end(asked().orElseGet(() -> InstanceEnd.lost(reason, log.lastLines())));
      case SandboxExit.Code code ->
          end(asked().orElseGet(() -> InstanceEnd.of(code, limits, log.lastLines())));
    }
  }

  /** Returns why the sandbox has ended, if fob ended it. */
  private Optional<InstanceEnd> asked() {
    return Optional.ofNullable(retiredBecause)
        .map(why -> new InstanceEnd(why, log.lastLines()))
        .or(() -> handle.killed(log.lastLines()));
  }

  private void end(InstanceEnd end) {
    reach.delete();
    tell(new InstanceEvent.Ended(end));
  }

  private RunningSandbox start(Duration timeout) throws IOException, InterruptedException {
    try (turn) {
      turn.await();
      handle.requireWanted();
      SandboxOutput output =
          new DriverOutput(instance().id(), log, this::hear, this::kill, handle::killAsHarmful);
      RunningSandbox started = source.get(output);
      handle.hold(started);
      var _ = started.ended().thenRun(settled::countDown);
      try {
        new StartWatch(reach, settled, started, turn).await(timeout).ifPresent(this::kill);
      } catch (IOException e) {
        killAsTampered(e);
      }
      return started;
    }
  }

  private void hear(DriverEvent event) {
    switch (event) {
      case DriverEvent.Ready ready -> {
        if (hasSocket()) {
          handle.up();
          tell(ready);
          settled.countDown();
        }
      }
      case DriverEvent.LoadFailed failed -> {
        tell(failed);
        settled.countDown();
      }
      case DriverEvent.Draining draining -> tell(draining);
    }
  }

  private void tell(InstanceEvent event) {
    listener.accept(this, event);
  }

  /** The event may come before {@link StartWatch} has looked for the socket again. */
  private boolean hasSocket() {
    try {
      return reach.isOpen();
    } catch (IOException e) {
      killAsTampered(e);
      return false;
    }
  }

  private void killAsTampered(IOException how) {
    kill(Ending.other("it tampered with its run directory: " + how.getMessage()));
  }

  /** Lets the instance finish its calls and end, as another one replaces it. */
  void retire(Ending why) {
    retiredBecause = why;
    terminate();
  }

  /** Lets the instance finish its calls and end. */
  void terminate() {
    handle.terminate();
    turn.close();
  }

  /** Ends the instance at once. */
  void kill(Ending why) {
    handle.kill(why);
    turn.close();
  }

  /** Lets the instance run on without this deployer. If it is not up yet, it is killed. */
  void leave() {
    handle.leave();
    turn.close();
  }
}
