package fob.deployer.local;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log file of one function: the output of its instances, and what happened to them. A full file
 * is renamed to {@code .log.1} and replaces the one before. If a line cannot be written, it is
 * lost, and the function runs on. Thread-safe: the lock is this object, held while a line is
 * written.
 */
final class FunctionLog implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(FunctionLog.class);
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  /** Gets a copy of each line, and must not wait. */
  @FunctionalInterface
  interface Copy {
    /**
     * @param instance the id of the instance that printed the line; empty if fob wrote it
     */
    void line(String instance, byte[] line);
  }

  private static final String FOB = "";

  private final Path file;
  private final Path older;
  private final long mostBytes;
  private final InstantSource clock;
  private final Copy copy;
  private @Nullable OutputStream out; // guarded by this
  private long written; // guarded by this
  private final LogRate rate; // guarded by this

  FunctionLog(Path file, long mostBytes, InstantSource clock, Copy copy) {
    this.file = file;
    this.older = file.resolveSibling(file.getFileName() + ".1");
    this.mostBytes = mostBytes;
    this.clock = clock;
    this.copy = copy;
    this.rate = new LogRate(System.nanoTime());
  }

  /**
   * Whether so many further bytes of output are taken. If not, they are to be left out, and a line
   * will say how many were.
   */
  synchronized boolean takes(int bytes) {
    boolean takes = rate.takes(bytes, System.nanoTime());
    if (takes) {
      sayLeftOut();
    }
    return takes;
  }

  private void sayLeftOut() {
    long bytes = rate.takeLeftOut();
    if (bytes > 0) {
      own(
          "%d bytes are left out here: the function printed more than %d KiB a second"
              .formatted(bytes, LogRate.RATE / 1024));
    }
  }

  /** Writes a line of a driver, which begins with the time. */
  synchronized void line(String instance, byte[] line) {
    copy.line(instance, line);
    write(line);
  }

  /**
   * Writes a further piece of a line.
   *
   * @param prefix the time and the request id of the line, which the copy of the piece gets too
   */
  synchronized void piece(String instance, byte[] prefix, byte[] piece) {
    if (piece.length > 0) {
      byte[] whole = Arrays.copyOf(prefix, prefix.length + piece.length);
      System.arraycopy(piece, 0, whole, prefix.length, piece.length);
      copy.line(instance, whole);
    }
    write(piece);
  }

  private void write(byte[] line) {
    try {
      OutputStream to = open(line.length + 1);
      byte[] whole = new byte[line.length + 1];
      System.arraycopy(line, 0, whole, 0, line.length);
      whole[line.length] = '\n';
      to.write(whole);
      written += whole.length;
    } catch (IOException e) {
      LOGGER.atDebug().addKeyValue("file", file).setCause(e).log("a line of a log is lost");
    }
  }

  /** Writes a line of fob's own, in the drivers' form. */
  synchronized void say(String text) {
    sayLeftOut();
    own(text);
  }

  private void own(String text) {
    String oneLine = text.replace('\n', ' ').replace('\r', ' ');
    line(
        FOB,
        (CLOCK.format(clock.instant()) + " - fob: " + oneLine).getBytes(StandardCharsets.UTF_8));
  }

  private OutputStream open(int more) throws IOException {
    OutputStream current = out;
    if (current == null) {
      current = reopen();
    }
    if (written > 0 && written + more > mostBytes) {
      current.close();
      Files.move(file, older, StandardCopyOption.REPLACE_EXISTING);
      current = reopen();
    }
    return current;
  }

  private OutputStream reopen() throws IOException {
    out = null;
    OutputStream opened =
        Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    out = opened;
    written = Files.size(file);
    return opened;
  }

  @Override
  public synchronized void close() {
    sayLeftOut();
    OutputStream current = out;
    out = null;
    if (current != null) {
      try {
        current.close();
      } catch (IOException e) {
        LOGGER.atDebug().addKeyValue("file", file).setCause(e).log("a log did not close");
      }
    }
  }
}
