package fob.deployer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import fob.deployer.layer.InstallFailed;
import fob.deployer.layer.InstallerOutput;
import fob.deployer.local.LineSplitter;
import fob.deployer.local.SandboxOutput;
import fob.service.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import okhttp3.Call;
import okhttp3.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The container of one step of an installer, from its creation to its removal. Used by one thread;
 * two others run it and unpack its output.
 */
final class InstallerContainer {

  private static final Logger LOGGER = LoggerFactory.getLogger(InstallerContainer.class);
  private static final Duration LONGEST_REMOVAL = Duration.ofSeconds(10);
  private static final Duration LONGEST_UNPACKING = Duration.ofSeconds(30);
  private static final int PIPE = 64 * 1024;

  private final String name;
  private final DockerContext context;
  private final Engine engine;
  private final InstallerOutput said;

  InstallerContainer(String name, DockerContext context, InstallerOutput said) {
    this.name = name;
    this.context = context;
    this.engine = context.engine();
    this.said = said;
  }

  /**
   * Runs the step.
   *
   * @throws InstallFailed if it failed; the message is for the user
   * @throws IOException if the engine refused it, or does not answer
   */
  void run(JsonNode body, Consumer<String> progress) throws IOException, InterruptedException {
    context.held().add(name);
    Call output = engine.attach(name);
    FutureTask<JsonNode> end = new FutureTask<>(() -> runToItsEnd(body, output));
    Thread runner = Thread.ofVirtual().name("fob-run-" + name).start(end);
    try {
      JsonNode state = said.await(end, progress);
      said.requireSuccess(state.path("ExitCode").asInt(), state.path("OOMKilled").asBoolean());
    } finally {
      remove(output, runner);
    }
  }

  /** Not on the caller's thread, as an interrupt would cut requests to the engine in two. */
  private JsonNode runToItsEnd(JsonNode body, Call output) throws IOException {
    engine.create(name, body);
    try (Response attached = engine.open(output)) { // before the start, so that nothing is missed
      engine.start(name);
      read(attached.body().byteStream());
    }
    try (Response ended = engine.open(engine.awaitEnd(name))) {
      var _ = ended.body().bytes();
    }
    return engine
        .inspect(name)
        .orElseThrow(() -> new InstallFailed("its container was removed by somebody else"))
        .path("State");
  }

  /** The engine mixes both outputs in one stream, so the archive takes a pipe to another thread. */
  private void read(InputStream frames) throws IOException {
    LineSplitter lines = new LineSplitter(SandboxOutput.LONGEST_LOG_LINE, said::line);
    PipedInputStream archive = new PipedInputStream(PIPE);
    Thread unpacking;
    try (PipedOutputStream pipe = new PipedOutputStream(archive)) {
      unpacking = Thread.ofVirtual().name("fob-unpack-" + name).start(() -> unpack(archive));
      LogFrames.read(frames, to(pipe), lines::accept);
    } finally {
      lines.end();
    }
    Threads.join(unpacking, LONGEST_UNPACKING);
  }

  private void unpack(PipedInputStream archive) {
    try (archive) {
      said.unpack(archive, this::kill);
    } catch (IOException e) {
      throw new IllegalStateException("the end of a pipe can always be closed", e);
    }
  }

  /** If the archive was refused, the other end of the pipe is closed, and the rest is dropped. */
  private static LogFrames.Sink to(PipedOutputStream pipe) {
    return (bytes, offset, length) -> {
      try {
        pipe.write(bytes, offset, length);
        pipe.flush();
      } catch (IOException refused) {
        LOGGER.atTrace().setCause(refused).log("output of an installer is dropped");
      }
    };
  }

  private void kill() {
    try {
      engine.signal(name, "KILL");
    } catch (IOException e) {
      LOGGER.atDebug().addKeyValue("container", name).setCause(e).log("an installer runs on");
    }
  }

  /**
   * Ends the container, if need be. A runner that has not got further than the creation may create
   * it after that, so it is removed again. The caller's thread may be interrupted, and would not
   * wait for that.
   */
  private void remove(Call output, Thread runner) {
    Thread remover =
        Thread.ofVirtual()
            .name("fob-remove-" + name)
            .start(() -> {
              try {
                engine.remove(name);
                output.cancel();
                Threads.join(runner, LONGEST_REMOVAL);
                engine.remove(name);
              } catch (IOException e) {
                LOGGER
                    .atDebug()
                    .addKeyValue("container", name)
                    .setCause(e)
                    .log("an installer could not be removed and is removed later");
              }
              context.held().remove(name);
            });
    Threads.join(remover, LONGEST_REMOVAL);
  }
}
