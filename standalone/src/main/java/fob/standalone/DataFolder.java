package fob.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder in which {@code fob up} keeps everything. One fob at a time may use it. */
final class DataFolder implements AutoCloseable {

  private final Path folder;
  private final LockedFolder kafka;

  private DataFolder(Path folder, LockedFolder kafka) {
    this.folder = folder;
    this.kafka = kafka;
  }

  /**
   * Creates the folder if it does not exist, and locks it until it is closed or the process ends.
   *
   * @throws StartRefused if the folder cannot be written or another fob uses it
   */
  static DataFolder open(Path folder) {
    LockedFolder kafka = LockedFolder.lock(folder.resolve("kafka"));
    try {
      Files.createDirectories(functionLogs(folder));
      return new DataFolder(folder, kafka);
    } catch (IOException e) {
      kafka.close();
      throw LockedFolder.unwritable(folder, e);
    }
  }

  Path path() {
    return folder;
  }

  /** Returns the broker's folder, whose lock also protects all other files. */
  LockedFolder kafka() {
    return kafka;
  }

  /** Returns the folder of the functions' logs. */
  static Path functionLogs(Path folder) {
    return folder.resolve("logs");
  }

  /** Returns fob's own log file. */
  static Path fobLog(Path folder) {
    return folder.resolve("fob.log");
  }

  @Override
  public void close() {
    kafka.close();
  }
}
