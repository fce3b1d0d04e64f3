package fob.deployer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import fob.deployer.local.Exit;
import fob.deployer.local.LineSplitter;
import fob.deployer.local.Output;
import fob.deployer.local.Place;
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

  private final Site site;
  private final String name;
  private final Place place;
  private final Output output;
  private final CompletableFuture<Exit> ended = new CompletableFuture<>();

  /** Set once, by whoever decides what becomes of it: its end, or the next deployer. */
  private final AtomicBoolean settled = new AtomicBoolean();

  private final CountDownLatch exited = new CountDownLatch(1);
  private volatile boolean killed;
  private volatile boolean left;
  private volatile @Nullable Call waiting;
  private volatile @Nullable Call following;

  private DockerSandbox(Site site, String name, Place place, Output output) {
    this.site = site;
    this.name = name;
    this.place = place;
    this.output = output;
  }

  /**
   * @param since from when on what it writes is heard
   */
  static DockerSandbox follow(Site site, String name, Place place, Output output, Instant since) {
    DockerSandbox sandbox = new DockerSandbox(site, name, place, output);
    Thread log = Thread.ofVirtual().name("fob-log-" + name).start(() -> sandbox.readAll(since));
    Thread.ofVirtual().name("fob-end-" + name).start(() -> sandbox.awaitEnd(log));
    return sandbox;
  }

  private void awaitEnd(Thread log) {
    while (!settled.get()) {
      Optional<Exit> exit = awaitExit();
      if (exit.isPresent()) {
        end(exit.get(), log);
        return;
      }
      Threads.pause(BETWEEN_TRIES);
    }
  }

  /** Empty: the engine has gone away; the container may run on without it. */
  private Optional<Exit> awaitExit() {
    try {
      if (killed) {
        site.engine().signal(name, "KILL");
      }
      execute(site.engine().awaitEnd(name));
      JsonNode state =
          site.engine()
              .inspect(name)
              .orElseThrow(() -> new EngineError(EngineError.NOT_FOUND, name))
              .path("State");
      return state.path("Running").asBoolean()
          ? Optional.empty()
          : Optional.of(
              new Exit.Code(
                  state.path("ExitCode").asInt(), state.path("OOMKilled").asBoolean(), false));
    } catch (EngineError e) {
      return e.isNotFound()
          ? Optional.of(new Exit.Lost("its container was removed by somebody else"))
          : Optional.empty();
    } catch (IOException e) {
      LOGGER.atDebug().addKeyValue("container", name).setCause(e).log("not waiting any more");
      return Health.isAnybodyAt(place.socket())
          ? Optional.empty()
          : Optional.of(new Exit.Lost("it has gone together with the Docker engine"));
    }
  }

  private void execute(Call call) throws IOException {
    waiting = call;
    if (settled.get()) {
      call.cancel();
    }
    try (Response response = site.engine().open(call)) {
      var _ = response.body().bytes();
    }
  }

  private void end(Exit exit, Thread log) {
    if (!settled.compareAndSet(false, true)) {
      return;
    }
    exited.countDown();
    Threads.join(log, LONGEST_READ_OUT);
    cancel(following);
    try {
      site.engine().remove(name);
    } catch (IOException e) {
      LOGGER.atDebug().addKeyValue("container", name).setCause(e).log("left for later");
    }
    site.files().delete(place);
    site.held().remove(name);
    ended.complete(exit);
  }

  /** The stream ends with the container as a rule; the engine may also have gone away. */
  private void readAll(Instant from) {
    Instant since = from;
    do {
      Call call = site.engine().follow(name, since);
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
    LineSplitter events = new LineSplitter(Output.LONGEST_EVENT, output::event);
    LineSplitter log = new LineSplitter(Output.LONGEST_LOG_LINE, output::log);
    try (Response response = site.engine().open(call)) {
      LogFrames.read(response.body().byteStream(), events::accept, log::accept);
    } catch (IOException e) {
      LOGGER.atDebug().addKeyValue("container", name).setCause(e).log("not following any more");
    }
    events.end();
    log.end();
  }

  @Override
  public CompletableFuture<Exit> ended() {
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
            site.engine().signal(name, signal);
          } catch (IOException e) {
            LOGGER.atDebug().addKeyValue("container", name).setCause(e).log("no signal sent");
          }
        });
  }

  @Override
  public Duration cpuTime() {
    try {
      return site.engine().cpuTime(name);
    } catch (IOException e) {
      LOGGER.atDebug().addKeyValue("container", name).setCause(e).log("its use is not known");
      return Duration.ZERO;
    }
  }

  @Override
  public void leave() {
    if (settled.compareAndSet(false, true)) {
      left = true;
      site.held().remove(name);
      cancel(waiting);
      cancel(following);
      ended.complete(new Exit.LeftRunning());
    }
  }

  private static void cancel(@Nullable Call call) {
    if (call != null) {
      call.cancel();
    }
  }
}
