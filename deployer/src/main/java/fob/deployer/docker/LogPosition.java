package fob.deployer.docker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Up to where the output of a container was read: the engine's time of the last frame, in a file
 * that the next deployer finds. Used by one thread.
 */
final class LogPosition implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(LogPosition.class);

  /** The form of the engine's times. */
  private static final DateTimeFormatter ENGINE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final Path file;
  private @Nullable FileChannel channel;
  private String last;

  private LogPosition(Path file, String last) {
    this.file = file;
    this.last = last;
  }

  /** Returns the position of a container that was started at this time. */
  static LogPosition startingAt(Path file, Instant start) {
    return new LogPosition(file, ENGINE.format(start));
  }

  /** Returns the position that an earlier deployer has left, or this time if it has left none. */
  static LogPosition left(Path file, Instant otherwise) {
    try {
      String left = Files.readString(file, StandardCharsets.ISO_8859_1);
      return new LogPosition(file, ENGINE.format(Instant.parse(left)));
    } catch (IOException | DateTimeException none) {
      return startingAt(file, otherwise);
    }
  }

  /** Returns the time of the last frame that was read. */
  String last() {
    return last;
  }

  /** A frame was read. If this cannot be written, the next deployer reads lines again. */
  void read(String time) {
    last = time;
    try {
      FileChannel open = channel;
      if (open == null) {
        open = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel = open;
      }
      open.write(ByteBuffer.wrap(time.getBytes(StandardCharsets.ISO_8859_1)), 0);
    } catch (IOException e) {
      LOGGER.atDebug().addKeyValue("file", file).setCause(e).log("a position is not written");
    }
  }

  @Override
  public void close() {
    FileChannel open = channel;
    channel = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        LOGGER.atDebug().addKeyValue("file", file).setCause(e).log("a position did not close");
      }
    }
  }
}
