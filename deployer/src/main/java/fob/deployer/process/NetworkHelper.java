package fob.deployer.process;

import fob.deployer.local.LineSplitter;
import fob.service.Threads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process that connects one sandbox's network. It ends when the pipe to its standard input is
 * closed, which the kernel does when fob dies. Thread-safe.
 */
final class NetworkHelper implements AutoCloseable {

  /** The descriptor of the pipe that ends the helper. */
  static final int EXIT = 0;

  /** The descriptor to which the helper writes a 1 when it is ready. */
  static final int READY = 3;

  private static final Logger LOGGER = LoggerFactory.getLogger(NetworkHelper.class);

  /** Each connection of the function takes one file. */
  private static final int OPEN_FILES = 1024;

  /** Far more than the helper needs. Beyond it the helper ends, and with it the instance. */
  private static final long MEMORY = 256L * 1024 * 1024;

  private static final String PREPARE = "exec 3>&1 >/dev/null; exec \"$0\" \"$@\"";
  private static final int LONGEST_LINE = 1000;
  private static final int MOST_LINES = 5;
  private static final Duration LONGEST_READ_OUT = Duration.ofSeconds(1);
  private static final long LONGEST_START_SECONDS = 10;
  private static final long LONGEST_END_SECONDS = 5;

  private final Process process;
  private final Thread reader;
  private final List<String> firstLines = new CopyOnWriteArrayList<>();

  private NetworkHelper(Process process) {
    this.process = process;
    LineSplitter lines = new LineSplitter(LONGEST_LINE, this::heard);
    this.reader = LinePump.start("fob-network-" + process.pid(), process.getErrorStream(), lines);
  }

  /**
   * Starts a helper and waits until it is ready, at most ten seconds.
   *
   * @throws IOException if the helper does not get ready; it has ended then
   */
  static NetworkHelper start(Spawner spawner, List<String> program) throws IOException {
    List<String> command = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL", "--"));
    command.addAll(List.of("prlimit", "--nofile=" + OPEN_FILES, "--data=" + MEMORY, "--core=0"));
    command.addAll(List.of("--", "sh", "-c", PREPARE));
    command.addAll(program);
    NetworkHelper helper = new NetworkHelper(spawner.start(Launcher.clean(command)));
    CompletableFuture<Void> patience = new CompletableFuture<>();
    var _ =
        patience
            .orTimeout(LONGEST_START_SECONDS, TimeUnit.SECONDS)
            .exceptionally(tooLong -> {
              helper.process.toHandle().destroyForcibly();
              return null;
            });
    int read = helper.process.getInputStream().read();
    patience.complete(null);
    if (read != '1') {
      helper.close();
      Threads.join(helper.reader, LONGEST_READ_OUT);
      throw new IOException(
          "slirp4netns did not get ready: " + String.join("; ", helper.firstLines));
    }
    return helper;
  }

  private void heard(byte[] line) {
    if (firstLines.size() < MOST_LINES) {
      firstLines.add(new String(line, StandardCharsets.UTF_8).strip());
    }
  }

  CompletableFuture<Process> ended() {
    return process.onExit();
  }

  @Override
  public void close() {
    process
        .toHandle()
        .destroyForcibly(); // unlike Process.destroyForcibly, it leaves the pipes open
    try {
      if (!process.waitFor(LONGEST_END_SECONDS, TimeUnit.SECONDS)) {
        LOGGER
            .atWarn()
            .addKeyValue("process", process.pid())
            .log("the helper of a function's network does not end, though it was killed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
