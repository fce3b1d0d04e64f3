package fob.deployer.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A range of user ids of the host that one fob uses alone. It is held by a lock on a file, which
 * the kernel drops when fob dies, however that happens. Immutable.
 */
final class UserRange implements AutoCloseable {

  /** Far above people, packages and the ranges that containers are given (see UIDS-GIDS.md). */
  static final int FIRST = 1_900_000_000;

  static final int RANGES = 100;
  static final int IDS = 10_000;

  private static final Logger LOGGER = LoggerFactory.getLogger(UserRange.class);

  private final int number;
  private final @Nullable FileChannel lock;

  private UserRange(int number, @Nullable FileChannel lock) {
    this.number = number;
    this.lock = lock;
  }

  /**
   * Takes the first free range from a random one on. If no range can be locked, it is the random
   * one, without a lock.
   *
   * @param locks a directory that all fobs of the machine share; each range has a file there
   */
  static UserRange take(Path locks, RandomGenerator random) {
    int begin = random.nextInt(RANGES);
    for (int i = 0; i < RANGES; i++) {
      int range = (begin + i) % RANGES;
      try {
        FileChannel channel = lock(locks.resolve("fob-users-" + range + ".lock"));
        if (channel != null) {
          return new UserRange(range, channel);
        }
      } catch (IOException e) {
        LOGGER
            .atDebug()
            .addKeyValue("directory", locks)
            .setCause(e)
            .log("a range of user ids cannot be locked");
        break;
      }
    }
    return new UserRange(begin, null);
  }

  /** Null if another fob has the lock. */
  private static @Nullable FileChannel lock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
    } catch (OverlappingFileLockException heldInThisProcess) {
      // It stays open: a close would drop the lock that this process has on the file.
      return null;
    }
    channel.close();
    return null;
  }

  /**
   * @param function its number, from 0
   */
  int idFor(int function) {
    return FIRST + number * IDS + function % IDS;
  }

  /** Another fob may take the range. */
  @Override
  public void close() {
    if (lock != null) {
      try {
        lock.close();
      } catch (IOException e) {
        LOGGER.atDebug().setCause(e).log("the lock of a range of user ids did not close");
      }
    }
  }
}
