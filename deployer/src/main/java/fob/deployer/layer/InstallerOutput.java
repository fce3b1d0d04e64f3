package fob.deployer.layer;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.service.Durations;
import fob.service.Text;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.commons.io.input.CloseShieldInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an installer says and writes. None of it is trusted: packages can run code of their own
 * while they are installed. Thread-safe: the lock is this object, and nothing waits while it is
 * held.
 */
public final class InstallerOutput {

  private static final Logger LOGGER = LoggerFactory.getLogger(InstallerOutput.class);
  private static final Duration BETWEEN_NOTES = Duration.ofSeconds(5);
  private static final int MOST_LINES = 20;
  private static final int LONGEST_LINE = 500;
  private static final String ERROR = "error: ";
  private static final String FULL = "No space left on device";

  private final InstallSettings settings;
  private final Path folder;
  private final long begun = System.nanoTime();
  private final Deque<String> last = new ArrayDeque<>(); // guarded by this
  private @Nullable IOException failure; // guarded by this

  /**
   * @param folder an empty folder for the output
   */
  public InstallerOutput(InstallSettings settings, Path folder) {
    this.settings = settings;
    this.folder = folder;
  }

  /** Takes a line of the installer's error output. */
  public synchronized void line(byte[] line) {
    last.add(Text.printable(new String(line, UTF_8), LONGEST_LINE));
    if (last.size() > MOST_LINES) {
      last.remove();
    }
  }

  /**
   * Unpacks the output, a tar archive. Blocks until its end.
   *
   * @param stop runs if the output is refused
   */
  public void unpack(InputStream output, Runnable stop) {
    try {
      LayerCache.bounds(settings).into(folder, CloseShieldInputStream.wrap(output));
      output.transferTo(OutputStream.nullOutputStream()); // the padding
    } catch (IOException e) {
      synchronized (this) {
        failure = e;
      }
      stop.run();
    }
  }

  /**
   * Waits for the end of the installer, within its time limit, which began with this object.
   *
   * @param progress gets the time that has passed, now and then
   * @throws InstallFailed if the time is over; the installer runs on
   * @throws IOException if the end failed
   */
  public <T> T await(Future<T> end, Consumer<String> progress)
      throws IOException, InterruptedException {
    return await(end, Duration.ZERO, progress);
  }

  /**
   * The same for an installer that keeps its time limit itself.
   *
   * @param reply how long after the time limit its output may arrive
   */
  public <T> T await(Future<T> end, Duration reply, Consumer<String> progress)
      throws IOException, InterruptedException {
    while (true) {
      Duration elapsed = Duration.ofNanos(System.nanoTime() - begun);
      long left = settings.timeout().plus(reply).minus(elapsed).toMillis();
      try {
        return end.get(Math.clamp(left, 1, BETWEEN_NOTES.toMillis()), TimeUnit.MILLISECONDS);
      } catch (TimeoutException goesOn) {
        if (left <= BETWEEN_NOTES.toMillis()) {
          throw overTime();
        }
        progress.accept(elapsed.plus(BETWEEN_NOTES).toSeconds() + " s");
      } catch (ExecutionException e) {
        throw e.getCause() instanceof IOException cause ? cause : new IOException(e);
      }
    }
  }

  /** Returns what the user is told of an installer that was over its time limit. */
  public synchronized InstallFailed overTime() {
    return new InstallFailed(
        "they took longer than %s, which is the limit (FOB_INSTALL_TIMEOUT)%s"
            .formatted(
                Durations.text(settings.timeout()),
                last.isEmpty() ? "" : "; the last line was: " + last.getLast()));
  }

  /**
   * Checks the end of the installer.
   *
   * @throws InstallFailed if it failed
   */
  public synchronized void requireSuccess(int exitCode, boolean outOfMemory) throws InstallFailed {
    if (failure instanceof InstallFailed refused) {
      throw refused;
    }
    if (exitCode == 0 && failure == null) {
      return;
    }
    LOGGER.atDebug().addKeyValue("exitCode", exitCode).setCause(failure).log("an installer failed");
    if (last.stream().anyMatch(line -> line.contains(FULL))) {
      throw new InstallFailed(
          "they need more than %d MiB, which is the limit (FOB_LAYER_MIB)"
              .formatted(settings.layerMiB()));
    }
    if (outOfMemory) {
      throw new InstallFailed("the installer ran out of memory");
    }
    if (exitCode == 0 && failure != null) {
      throw new InstallFailed("what the installer wrote cannot be read: " + failure, failure);
    }
    String reason = reason();
    throw new InstallFailed(
        reason.isEmpty() ? "the installer ended with exit code %d".formatted(exitCode) : reason);
  }

  /** Returns the last lines, from the installer's own error on if there is one. */
  private String reason() {
    List<String> lines = List.copyOf(last);
    int error = 0;
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith(ERROR)) {
        error = i;
        break;
      }
    }
    String all =
        lines.subList(error, lines.size()).stream().collect(Collectors.joining("\n")).strip();
    return all.startsWith(ERROR) ? all.substring(ERROR.length()) : all;
  }
}
