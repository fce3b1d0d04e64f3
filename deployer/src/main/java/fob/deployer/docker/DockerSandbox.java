package fob.deployer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import fob.deployer.local.SandboxExit;
import fob.deployer.local.LineSplitter;
import fob.deployer.local.SandboxOutput;
import fob.deployer.local.InstanceLocation;
import fob.deployer.local.RunningSandbox;
import fob.service.Threads;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Call;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running container: one virtual thread waits for its end, another reads what it writes.
 * Thread-safe.
 */
final class DockerSandbox implements RunningSandbox {

  private static final Logger LOGGER = LoggerFactory.getLogger(DockerSandbox.class);
  private static final Duration LONGEST_READ_OUT = Duration.ofSeconds(1);
  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

  private final DockerContext context;
  private final String name;
  private final InstanceLocation location;
  private final SandboxOutput output;
  private final CompletableFuture<SandboxExit> ended = new CompletableFuture<>();

  /** Set once, by whoever decides what becomes of it: its end, or the next deployer. */
  private final AtomicBoolean settled = new AtomicBoolean();

  private final CountDownLatch exited = new CountDownLatch(1);
  private volatile boolean killed;
  private volatile boolean left;
  private volatile @Nullable Call waiting;
  private volatile @Nullable Call following;

  private DockerSandbox(DockerContext context, String name, InstanceLocation location, SandboxOutput output) {
    this.context = context;
    this.name = name;
    this.location = location;
    this.output = output;
  }

  /**
   * @param since from when on what it writes is heard
   */
  static DockerSandbox follow(DockerContext context, String name, InstanceLocation location, SandboxOutput output, Instant since) {
    DockerSandbox sandbox = new DockerSandbox(context, name, location, output);
    Thread log = Thread.ofVirtual().name("fob-log-" + name).start(() -> sandbox.readAll(since));
    Thread.ofVirtual().name("fob-end-" + name).start(() -> sandbox.awaitEnd(log));
    return sandbox;
  }

  private void awaitEnd(Thread log) {
    while (!settled.get()) {
      Optional<SandboxExit> exit = awaitExit();
      if (exit.isPresent()) {
        end(exit.get(), log);
        return;
      }
      Threads.pause(BETWEEN_TRIES);
    }
  }

  /** Empty: the engine has gone away; the container may run on without it. */
  private Optional<SandboxExit> awaitExit() {
    try {
      if (killed) {
        context.engine().signal(name, "KILL");
      }
      execute(context.engine().awaitEnd(name));
      JsonNode state =
          context.engine()
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
      LOGGER.atDebug().addKeyValue("container", name).setCause(e).log("not waiting any more");
      return Health.isAnybodyAt(location.socket())
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

  private void end(SandboxExit exit, Thread log) {
    if (!settled.compareAndSet(false, true)) {
      return;
    }
    exited.countDown();
    Threads.join(log, LONGEST_READ_OUT);
    cancel(following);
    try {
      context.engine().remove(name);
    } catch (IOException e) {
      LOGGER.atDebug().addKeyValue("container", name).setCause(e).log("left for later");
    }
    context.files().delete(location);
    context.held().remove(name);
    ended.complete(exit);
  }

  /** The stream ends with the container as a rule; the engine may also have gone away. */
  private void readAll(Instant from) {
    Instant since = from;
    do {
      Call call = context.engine().follow(name, since);
      following = call;
      if (left) {
        return;
      }
      read(call);
      since = Instant.now();
    } while (!left && !exitsSoon());
  }

  private boolean exitsSoon() {
    try {
      return exited.await(BETWEEN_TRIES.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private void read(Call call) {
    LineSplitter events = new LineSplitter(SandboxOutput.LONGEST_EVENT, output::event);
    LineSplitter log = new LineSplitter(SandboxOutput.LONGEST_LOG_LINE, output::log);
    try (Response response = context.engine().open(call)) {
      LogFrames.read(response.body().byteStream(), events::accept, log::accept);
    } catch (IOException e) {
      LOGGER.atDebug().addKeyValue("container", name).setCause(e).log("not following any more");
    }
    events.end();
    log.end();
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
            LOGGER.atDebug().addKeyValue("container", name).setCause(e).log("no signal sent");
          }
        });
  }

  @Override
  public Duration cpuTime() {
    try {
      return context.engine().cpuTime(name);
    } catch (IOException e) {
      LOGGER.atDebug().addKeyValue("container", name).setCause(e).log("its use is not known");
      return Duration.ZERO;
    }
  }

  @Override
  public void leave() {
    if (settled.compareAndSet(false, true)) {
      left = true;
      context.held().remove(name);
      cancel(waiting);
      cancel(following);
      ended.complete(new SandboxExit.LeftRunning());
    }
  }

  private static void cancel(@Nullable Call call) {
    if (call != null) {
      call.cancel();
    }
  }
}
