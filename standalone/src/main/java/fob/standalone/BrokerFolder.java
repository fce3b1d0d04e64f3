package fob.standalone;

import fob.service.FileTree;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * The folder of one embedded broker, locked until this is closed or the process ends.
 *
 * <pre>
 * lock        locked by the running process
 * log/        Kafka's records and cluster metadata
 * formatting/ the new log/ while it is formatted; a killed process may leave it
 * </pre>
 */
final class BrokerFolder implements AutoCloseable {
  private final LockedFolder folder;

  private BrokerFolder(LockedFolder folder) {
    this.folder = folder;
  }

  /**
   * Locks the folder, and formats it if it is not formatted.
   *
   * @throws StartRefused if the folder cannot be written or another process uses it
   */
  static BrokerFolder open(Path folder) {
    return of(LockedFolder.lock(folder));
  }

  /**
   * Formats a locked folder if it is not formatted. Closing the result unlocks it.
   *
   * @throws StartRefused if the folder cannot be written; then it is unlocked
   */
  static BrokerFolder of(LockedFolder folder) {
    BrokerFolder opened = new BrokerFolder(folder);
    try {
      opened.formatUnlessFormatted();
      return opened;
    } catch (IOException e) {
      folder.close();
      throw LockedFolder.unwritable(folder.path(), e);
    }
  }

  /** Returns the folder in which Kafka keeps everything. */
  Path log() {
    return folder.path().resolve("log");
  }

  /** Lets another process use the folder. */
  @Override
  public void close() {
    folder.close();
  }

  /**
   * Formats into another folder and renames that at the end, because Kafka's formatter writes
   * several files. If it were killed in between, Kafka would take the folder for damaged or for
   * formatted.
   */
  private void formatUnlessFormatted() throws IOException {
    if (Files.exists(log())) {
      return;
    }
    Path formatting = folder.path().resolve("formatting");
    FileTree.delete(formatting);
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
}
