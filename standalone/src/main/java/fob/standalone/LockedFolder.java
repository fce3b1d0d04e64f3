package fob.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
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

/**
 * A folder that one broker at a time may use, in this process or another. The operating system
 * drops the lock, on the file {@code lock} in the folder, when the process ends. Closing twice has
 * no effect. Thread-safe.
 */
final class LockedFolder implements AutoCloseable {

  private final Path path;
  private final FileChannel lockFile;

  private LockedFolder(Path path, FileChannel lockFile) {
    this.path = path;
    this.lockFile = lockFile;
  }

  /**
   * Creates the folder if it does not exist, and locks it.
   *
   * @throws StartRefused if the folder cannot be written or is already locked
   */
  static LockedFolder lock(Path folder) {
    Path path = folder.toAbsolutePath().normalize();
    try {
      Files.createDirectories(path);
      FileChannel lockFile =
          FileChannel.open(
              path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (isLocked(lockFile)) {
        return new LockedFolder(path, lockFile);
      }
      lockFile.close();
    } catch (IOException e) {
      throw unwritable(path, e);
    }
    throw new StartRefused(
        "the data folder %s is in use by another running fob; stop that one, or name another folder"
                .formatted(path)
            + " with --data");
  }

  private static boolean isLocked(FileChannel lockFile) throws IOException {
    try {
      FileLock lock = lockFile.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException lockedByThisProcess) {
      return false;
    }
  }

  /** Returns the refusal of a data folder that cannot be written. */
  static StartRefused unwritable(Path folder, IOException e) {
    return new StartRefused(
        "the data folder %s cannot be written: %s; name another with --data"
            .formatted(folder, reason(e)),
        e);
  }

  private static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "permission denied at " + denied.getFile();
      case FileAlreadyExistsException file -> file.getFile() + " is not a folder";
      case NoSuchFileException none -> none.getFile() + " cannot be created";
      case FileSystemException other -> Objects.requireNonNullElse(other.getReason(), "" + other);
      default -> e.toString();
    };
  }

  Path path() {
    return path;
  }

  /** Lets another broker use the folder. */
  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
