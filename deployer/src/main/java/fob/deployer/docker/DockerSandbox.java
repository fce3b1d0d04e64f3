package fob.deployer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import fob.deployer.local.InstanceLocation;
import fob.deployer.local.RunningSandbox;
import fob.deployer.local.SandboxExit;
import fob.deployer.local.SandboxOutput;
import fob.service.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Call;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running container. One virtual thread waits for its end, and a {@link ContainerLog} reads its
 * output. Thread-safe.
 */
final class DockerSandbox implements RunningSandbox {

  private static final Logger LOGGER = LoggerFactory.getLogger(DockerSandbox.class);
  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

  private final DockerContext context;
  private final String name;
  private final InstanceLocation location;
  private final ContainerLog log;
  private final CompletableFuture<SandboxExit> ended = new CompletableFuture<>();

  /** Set once, by the container's end or by {@link #leave}, whichever comes first. */
  private final AtomicBoolean settled = new AtomicBoolean();

  private volatile boolean killed;
  private volatile @Nullable Call waiting;

  private DockerSandbox(
      DockerContext context, String name, InstanceLocation location, ContainerLog log) {
    this.context = context;
    this.name = name;
    this.location = location;
    this.log = log;
  }

  /**
   * Starts to follow a container that runs.
   *
   * @param position up to where its output was read already
   */
  static DockerSandbox follow(
      DockerContext context,
      String name,
      InstanceLocation location,
      SandboxOutput output,
      LogPosition position) {
    ContainerLog log = ContainerLog.follow(context.engine(), name, output, position);
    DockerSandbox sandbox = new DockerSandbox(context, name, location, log);
    Thread.ofVirtual().name("fob-end-" + name).start(sandbox::awaitEnd);
    return sandbox;
  }

  private void awaitEnd() {
    while (!settled.get()) {
      Optional<SandboxExit> exit = awaitExit();
      if (exit.isPresent()) {
        end(exit.get());
        return;
      }
      Threads.pause(BETWEEN_TRIES);
    }
  }

  /** Empty: the engine does not answer any more, and the container may run on without it. */
  private Optional<SandboxExit> awaitExit() {
    try {
      if (killed) {
        context.engine().signal(name, "KILL");
      }
      execute(context.engine().awaitEnd(name));
      JsonNode state =
          context
              .engine()
              .inspect(name)
              .orElseThrow(() -> new EngineError(EngineError.NOT_FOUND, name))
              .path("State");
      return state.path("Running").asBoolean()
          ? Optional.empty()
          : Optional.of(
              new SandboxExit.Code(
                  state.path("ExitCode").asInt(), state.path("OOMKilled").asBoolean(), false));
    } catch (EngineError e) {
      return e.isNotFound()
          ? Optional.of(new SandboxExit.Lost("its container was removed by somebody else"))
          : Optional.empty();
    } catch (IOException e) {
      LOGGER
          .atDebug()
          .addKeyValue("container", name)
          .setCause(e)
          .log("the wait for a container's end was cut off");
      return Health.isAnybodyAt(location.reach().instance().address())
          ? Optional.empty()
          : Optional.of(new SandboxExit.Lost("it has gone together with the Docker engine"));
    }
  }

  private void execute(Call call) throws IOException {
    waiting = call;
    if (settled.get()) {
      call.cancel();
    }
    try (Response response = context.engine().open(call)) {
      var _ = response.body().bytes();
    }
  }

  private void end(SandboxExit exit) {
    if (!settled.compareAndSet(false, true)) {
      return;
    }
    log.readOut();
    context.remove(name, location);
    ended.complete(exit);
  }

  @Override
  public CompletableFuture<SandboxExit> ended() {
    return ended;
  }

  @Override
  public void terminate() {
    inBackground("TERM");
  }

  @Override
  public void kill() {
    killed = true;
    inBackground("KILL");
  }

  private void inBackground(String signal) {
    Thread.ofVirtual()
        .name("fob-signal-" + name)
        .start(() -> {
          try {
            context.engine().signal(name, signal);
          } catch (IOException e) {
            LOGGER
                .atDebug()
                .addKeyValue("container", name)
                .setCause(e)
                .log("a signal could not be sent");
          }
        });
  }

  @Override
  public Duration cpuTime() {
    try {
      return context.engine().cpuTime(name);
    } catch (IOException e) {
      LOGGER
          .atDebug()
          .addKeyValue("container", name)
          .setCause(e)
          .log("the processor time of a container is not known");
      return Duration.ZERO;
    }
  }

  @Override
  public void leave() {
    if (settled.compareAndSet(false, true)) {
      log.stop();
      context.held().remove(name);
      Call call = waiting;
      if (call != null) {
        call.cancel();
      }
      ended.complete(new SandboxExit.LeftRunning());
    }
  }
}
