package fob.deployer.process;

import fob.deployer.Driver;
import fob.deployer.local.DriverClient;
import fob.deployer.local.InstanceLocation;
import fob.deployer.local.Reach;
import fob.deployer.local.RunningSandbox;
import fob.deployer.local.SandboxExit;
import fob.deployer.local.SandboxOutput;
import fob.deployer.local.Trees;
import fob.function.Instance;
import fob.service.Durations;
import fob.service.Threads;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sandbox in which a driver waits for the code of a function. It is given to one instance at
 * most. Thread-safe.
 */
final class WarmSandbox {

  private static final Logger LOGGER = LoggerFactory.getLogger(WarmSandbox.class);
  private static final Duration SOCKET_POLL = Duration.ofMillis(1);

  /** An idle driver answers within a millisecond; this long a function's start waits for it. */
  private static final Duration LONGEST_ANSWER = Duration.ofMillis(500);

  private static final DriverClient DRIVERS = new DriverClient(LONGEST_ANSWER);
  private static final int LOADED = 200;
  private static final int NOT_LOADED = 502;

  private final InstanceLocation location;
  private final WarmOutput output;
  private final RunningSandbox sandbox;

  private WarmSandbox(InstanceLocation location, WarmOutput output, RunningSandbox sandbox) {
    this.location = location;
    this.output = output;
    this.sandbox = sandbox;
  }

  /**
   * Starts one, and waits until it can be reached.
   *
   * @param number of the sandbox, unique among those and among functions
   * @param longest how long the start may take
   * @throws IOException if it does not start; nothing of it is left
   */
  static WarmSandbox start(Driver driver, ProcessContext context, int number, Duration longest)
      throws IOException {
    RuntimeDirectory runtime = context.runtime();
    Path directory = Trees.directory(runtime.function(number), "rwx------");
    try {
      WarmJob job =
          new WarmJob(
              driver,
              runtime.driver(driver),
              runtime.common().empty(),
              context.users().idFor(number));
      Trees.give(directory, job.user());
      InstanceLocation location = location(directory);
      Trees.give(Trees.directory(location.run(), "rwx------"), job.user());
      String name = directory.getFileName().toString();
      WarmOutput output = new WarmOutput();
      RunningSandbox sandbox =
          new ProcessSandbox(
              name,
              context.launcher().launch(job, location.run(), name),
              context.launcher(),
              output);
      var _ = sandbox.ended().thenRun(() -> Trees.delete(directory));
      return reached(new WarmSandbox(location, output, sandbox), longest);
    } catch (IOException | RuntimeException e) {
      Trees.delete(directory);
      throw e;
    }
  }

  private static InstanceLocation location(Path directory) {
    Path socket = directory.resolve("warm.sock");
    Instance instance =
        new Instance("warm-" + directory.getFileName(), URI.create("unix:" + socket));
    return new InstanceLocation(1, instance, directory.resolve("r1"), socket);
  }

  private static WarmSandbox reached(WarmSandbox started, Duration longest) throws IOException {
    Reach reach = started.location.reach();
    long deadline = System.nanoTime() + longest.toNanos();
    try {
      while (!reach.isOpen()) {
        if (started.ended().isDone()) {
          throw new IOException("its driver has ended: " + started.ended().join());
        }
        if (System.nanoTime() > deadline) {
          throw new IOException(reach.closed() + " within " + Durations.text(longest));
        }
        Threads.pause(SOCKET_POLL);
      }
      return started;
    } catch (IOException e) {
      started.kill();
      throw e;
    }
  }

  /** Whether the driver answers, and waits for code. Takes half a second at most. */
  boolean isWaiting() {
    try {
      String state = DRIVERS.ask(location.instance().address()).path("state").asText();
      return state.equals("waiting") && !ended().isDone();
    } catch (IOException e) {
      LOGGER.atDebug().setCause(e).log("a warm sandbox does not answer");
      return false;
    }
  }

  /**
   * Becomes an instance of a function: its driver loads the code, and tells the output whether it
   * could.
   *
   * @param instance where that instance is reached
   * @param body of {@code POST /init}
   * @param longest how long loading may take
   * @throws IOException if that cannot be; the sandbox has no code then
   */
  RunningSandbox give(InstanceLocation instance, SandboxOutput to, byte[] body, Duration longest)
      throws IOException {
    Files.move(location.socket(), instance.socket(), StandardCopyOption.ATOMIC_MOVE);
    to.say("instance %d starts in the warm sandbox %s".formatted(instance.number(), name()));
    output.passTo(to);
    URI address = instance.instance().address();
    Thread.ofVirtual()
        .name("fob-init-" + instance.instance().id())
        .start(() -> init(address, body, longest));
    return sandbox;
  }

  private void init(URI address, byte[] body, Duration longest) {
    try {
      int status = DRIVERS.init(address, body, longest);
      if (status != LOADED && status != NOT_LOADED) {
        output.say("its driver did not take the code, and answered with status " + status);
        sandbox.kill();
      }
    } catch (IOException e) {
      // The sandbox has ended, which is noticed anyway, or it is not ready in time.
      LOGGER.atDebug().addKeyValue("address", address).setCause(e).log("no answer to the code");
    }
  }

  /** Returns the name that its directory and its control groups have. */
  String name() {
    return String.valueOf(location.socket().resolveSibling(".").normalize().getFileName());
  }

  CompletableFuture<SandboxExit> ended() {
    return sandbox.ended();
  }

  void kill() {
    sandbox.kill();
  }
}
