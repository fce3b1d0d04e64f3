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
 * The runtime directories of fobs that were killed, and the sandboxes whose files are from there:
 * those that the kernel did not end together with their fob.
 */
final class LeftRuntimes {

  private static final Logger LOGGER = LoggerFactory.getLogger(LeftRuntimes.class);
  private static final Duration LONGEST_END = Duration.ofSeconds(5);

  private LeftRuntimes() {}

  /**
   * Ends and removes what dead fobs have left in the same parent.
   *
   * @param own the directory of the fob that looks
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
      LOGGER.atWarn().setCause(e).log("could not look for what a killed fob left behind");
    }
  }

  /** The directory stays while processes do: it is what tells them from others. */
  private static void end(Path dead) {
    Set<Long> left = new SandboxProcesses(Optional.empty(), dead).end(LONGEST_END);
    if (left.isEmpty()) {
      LOGGER.atInfo().addKeyValue("path", dead).log("left behind, removed");
      Trees.delete(dead);
    } else {
      LOGGER
          .atWarn()
          .addKeyValue("path", dead)
          .addKeyValue("processes", left)
          .log("processes of a killed fob's sandboxes do not end, though killed");
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
