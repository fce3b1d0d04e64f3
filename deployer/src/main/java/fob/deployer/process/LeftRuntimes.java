package fob.deployer.process;

import fob.deployer.local.Trees;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the runtime directories of fobs that were killed, and ends the sandboxes that use files
 * from there and that the kernel did not end together with their fob.
 */
final class LeftRuntimes {

  private static final Logger LOGGER = LoggerFactory.getLogger(LeftRuntimes.class);
  private static final Duration LONGEST_END = Duration.ofSeconds(5);

  private LeftRuntimes() {}

  /**
   * Removes the directories of dead fobs in the same parent, and ends their sandboxes.
   *
   * @param own this fob's own directory
   */
  static void sweep(Path own) {
    try (DirectoryStream<Path> siblings =
        Files.newDirectoryStream(own.resolveSibling("."), RuntimeDirectory.PREFIX + "*")) {
      for (Path sibling : siblings) {
        if (isLeftOver(sibling, own)) {
          end(sibling.toAbsolutePath().normalize());
        }
      }
    } catch (IOException e) {
      LOGGER.atWarn().setCause(e).log("could not look for the directories of killed fobs");
    }
  }

  /** The directory stays as long as its processes: they are recognised by it. */
  private static void end(Path dead) {
    Set<Long> left = new SandboxProcesses(Optional.empty(), dead).end(LONGEST_END);
    if (left.isEmpty()) {
      LOGGER.atInfo().addKeyValue("path", dead).log("the directory of a killed fob is removed");
      Trees.delete(dead);
    } else {
      LOGGER
          .atWarn()
          .addKeyValue("path", dead)
          .addKeyValue("processes", left)
          .log("processes of a killed fob's sandboxes do not end, though they were killed");
    }
  }

  private static boolean isLeftOver(Path sibling, Path own) {
    try {
      if (!Files.isDirectory(sibling, LinkOption.NOFOLLOW_LINKS)
          || !Files.getOwner(sibling).equals(Files.getOwner(own))) {
        return false;
      }
      try (DirectoryStream<Path> markers =
          Files.newDirectoryStream(sibling, RuntimeDirectory.MARKER + "*")) {
        for (Path each : markers) {
          return isUnlocked(each);
        }
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isUnlocked(Path marker) throws IOException {
    // Closing a file drops all locks that this process has on it, so its own are not even opened.
    if (marker
        .getFileName()
        .toString()
        .equals(RuntimeDirectory.MARKER + RuntimeDirectory.ownToken())) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(marker, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock != null;
    }
  }
}
