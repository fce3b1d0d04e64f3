package fob.deployer.process;

import fob.deployer.local.Trees;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A new directory {@code fob-<random>}. A file in it is locked as long as its fob runs. The next
 * fob removes a directory whose file is not locked: its fob was killed. Thread-safe.
 */
record LockedDirectory(Path path, FileChannel marker) implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(LockedDirectory.class);

  /** Makes the directory. Other users can pass through it, and cannot list it. */
  static LockedDirectory create(Path parent, RandomGenerator random) throws IOException {
    Path path = unique(parent, random);
    Path early = path.resolve("marker");
    FileChannel channel =
        FileChannel.open(early, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    if (channel.tryLock() == null) {
      throw new IOException(early + " is locked by another process");
    }
    // It gets the name that other fobs look for only after it was locked.
    Files.move(
        early,
        path.resolve(RuntimeDirectory.MARKER + RuntimeDirectory.ownToken()),
        StandardCopyOption.ATOMIC_MOVE);
    return new LockedDirectory(path, channel);
  }

  private static Path unique(Path parent, RandomGenerator random) throws IOException {
    while (true) {
      try {
        String name = "%s%08x".formatted(RuntimeDirectory.PREFIX, random.nextInt());
        return Trees.directory(parent.resolve(name), "rwx--x--x");
      } catch (FileAlreadyExistsException taken) {
        LOGGER.atDebug().log("a random name is taken");
      }
    }
  }

  @Override
  public void close() {
    Trees.delete(path);
    try {
      marker.close();
    } catch (IOException e) {
      LOGGER.atDebug().setCause(e).log("the locked file could not be closed");
    }
  }
}
