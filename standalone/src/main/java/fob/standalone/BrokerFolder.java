package fob.standalone;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one embedded broker, locked by this process for as long as this is open.
 *
 * <pre>
 * lock        held by the running process; the operating system drops it with the process
 * log/        what Kafka keeps: records and cluster metadata
 * formatting/ a format under way, or what a killed one left
 * </pre>
 */
final class BrokerFolder implements AutoCloseable {
  private final Path folder;
  private final FileChannel lock;

  private BrokerFolder(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Locks the folder and formats it unless it is formatted already.
   *
   * @throws StartRefused if the folder cannot be written, or another process uses it
   */
  static BrokerFolder open(Path folder) {
    Path absolute = folder.toAbsolutePath().normalize();
    FileChannel lock = null;
    try {
      Files.createDirectories(absolute);
      lock =
          FileChannel.open(
              absolute.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!locked(lock)) {
        lock.close();
        throw new StartRefused(
            "The data folder "
                + absolute
                + " is in use by another running fob: stop that one, or choose another folder");
      }
      BrokerFolder opened = new BrokerFolder(absolute, lock);
      opened.formatUnlessFormatted();
      return opened;
    } catch (IOException e) {
      closeQuietly(lock);
      throw new StartRefused(
          "The data folder " + absolute + " cannot be written (" + reason(e) + ")", e);
    }
  }

  /** Where Kafka keeps everything. */
  Path log() {
    return folder.resolve("log");
  }

  /** Lets another process use the folder. */
  @Override
  public void close() {
    closeQuietly(lock);
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      @Nullable FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException heldByThisProcess) {
      return false;
    }
  }

  /**
   * Kafka's formatter writes several files and takes a half-written folder for an error or for a
   * finished one, depending on where it was killed. So it works beside the real folder, which
   * appears whole, by one rename, or not at all.
   */
  private void formatUnlessFormatted() throws IOException {
    if (Files.exists(log())) {
      return;
    }
    Path formatting = folder.resolve("formatting");
    deleteTree(formatting);
    format(formatting);
    Files.move(formatting, log(), StandardCopyOption.ATOMIC_MOVE);
  }

  private static void format(Path target) throws IOException {
    try {
      new Formatter()
          .setPrintStream(new PrintStream(PrintStream.nullOutputStream()))
          .setNodeId(BrokerSettings.NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .setControllerListenerName(BrokerSettings.CONTROLLER_LISTENER)
          .setHasDynamicQuorum(false)
          .setDirectories(List.of(target.toString()))
          .setMetadataLogDirectory(target.toString())
          .run();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("Kafka could not format it: " + e.getMessage(), e);
    }
  }

  private static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static String reason(IOException e) {
    return e.getClass().getSimpleName() + ": " + e.getMessage();
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException ignored) {
        // the process ending drops the lock in any case
      }
    }
  }
}
