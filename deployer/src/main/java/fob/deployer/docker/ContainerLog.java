package fob.deployer.docker;

import fob.deployer.local.LineSplitter;
import fob.deployer.local.LogLines;
import fob.deployer.local.SandboxOutput;
import fob.service.Threads;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the output of one container on a virtual thread, and reads on after the engine was away.
 * Thread-safe.
 */
final class ContainerLog {

  private static final Logger LOGGER = LoggerFactory.getLogger(ContainerLog.class);
  private static final Duration LONGEST_READ_OUT = Duration.ofSeconds(1);
  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

  private final Engine engine;
  private final String name;
  private final SandboxOutput output;
  private final LogPosition position;
  private final Thread thread;

  /** At zero once the container has ended. */
  private final CountDownLatch containerEnded = new CountDownLatch(1);

  private volatile boolean stopped;
  private volatile @Nullable Call call;

  private ContainerLog(Engine engine, String name, SandboxOutput output, LogPosition position) {
    this.engine = engine;
    this.name = name;
    this.output = output;
    this.position = position;
    this.thread = Thread.ofVirtual().name("fob-log-" + name).unstarted(this::readAll);
  }

  /**
   * Starts to read.
   *
   * @param position up to where the output was read already; closed when reading has ended
   */
  static ContainerLog follow(
      Engine engine, String name, SandboxOutput output, LogPosition position) {
    ContainerLog log = new ContainerLog(engine, name, output, position);
    log.thread.start();
    return log;
  }

  /** The engine ends the stream with the container, or because the engine itself ends. */
  private void readAll() {
    try (position) {
      do {
        Call next = engine.follow(name, Instant.parse(position.last()));
        call = next;
        if (stopped) {
          return;
        }
        read(next);
      } while (!stopped && !endsSoon());
    }
  }

  private boolean endsSoon() {
    try {
      return containerEnded.await(BETWEEN_TRIES.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /**
   * The engine also sends the frames of the position's own time, which were read already. The parts
   * of a very long line have one time, so each frame is compared with the first position.
   */
  private void read(Call from) {
    String before = position.last();
    LineSplitter events = new LineSplitter(SandboxOutput.LONGEST_EVENT, output::event);
    LogLines log = new LogLines(output);
    try (Response response = engine.open(from)) {
      LogFrames.read(
          response.body().byteStream(), time -> isNew(time, before), events::accept, log::accept);
    } catch (IOException e) {
      LOGGER
          .atDebug()
          .addKeyValue("container", name)
          .setCause(e)
          .log("the output of a container was cut off");
    }
    events.end();
    log.end();
  }

  private boolean isNew(String time, String before) {
    boolean isNew = time.compareTo(before) > 0;
    if (isNew) {
      position.read(time);
    }
    return isNew;
  }

  /** The container has ended: waits at most a second until the rest of its output was read. */
  void readOut() {
    containerEnded.countDown();
    Threads.join(thread, LONGEST_READ_OUT);
    cancel();
  }

  /** Reads nothing any more. */
  void stop() {
    stopped = true;
    cancel();
  }

  private void cancel() {
    Call current = call;
    if (current != null) {
      current.cancel();
    }
  }
}
