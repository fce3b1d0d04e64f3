package fob.standalone;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** The folder in which a fob keeps everything, held by one fob at a time. */
final class DataFolder implements AutoCloseable {

  private final Path folder;
  private final FileChannel lockFile;

  private DataFolder(Path folder, FileChannel lockFile) {
    this.folder = folder;
    this.lockFile = lockFile;
  }

  /**
   * Makes the folder if need be, and takes it. A fob that is killed lets go of it.
   *
   * @throws IOException if it cannot be written, or another fob has it; the message is for the user
   */
  static DataFolder take(Path folder) throws IOException {
    FileChannel lockFile;
    try {
      Files.createDirectories(folder.resolve("kafka"));
      Files.createDirectories(functionLogs(folder));
      lockFile =
          FileChannel.open(
              folder.resolve("fob.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (FileSystemException e) {
      throw new IOException(
          "the data folder %s cannot be written: %s; name another with --data"
              .formatted(folder, reason(e)),
          e);
    }
    if (!isLocked(lockFile)) {
      lockFile.close();
      throw new IOException(
          "the data folder %s is in use by another fob; stop that one, or name another folder with"
                  .formatted(folder)
              + " --data");
    }
    return new DataFolder(folder, lockFile);
  }

  private static boolean isLocked(FileChannel lockFile) throws IOException {
    try {
      FileLock lock = lockFile.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException heldInThisProcess) {
      return false;
    }
  }

  private static String reason(FileSystemException e) {
    return switch (e) {
      case AccessDeniedException denied -> "permission denied at " + denied.getFile();
      case FileAlreadyExistsException file -> file.getFile() + " is not a folder";
      case NoSuchFileException none -> none.getFile() + " cannot be made there";
      default -> Objects.requireNonNullElse(e.getReason(), e.toString());
    };
  }

  Path path() {
    return folder;
  }

  Path kafka() {
    return folder.resolve("kafka");
  }

  /** For what functions print. */
  static Path functionLogs(Path folder) {
    return folder.resolve("logs");
  }

  static Path fobLog(Path folder) {
    return folder.resolve("fob.log");
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
  }
}
