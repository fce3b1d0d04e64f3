package fob.deployer.local;

import fob.service.Env;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;

/**
 * The settings that all platforms of one machine have in common.
 *
 * @param runtimeParent the folder for the platform's own directory with the sockets; a short path,
 *     as the path of a Unix socket is limited to 107 bytes
 * @param logDirectory the folder for the functions' logs, {@code <function id>.log} each
 * @param startsAtOnce how many instances may be starting at the same time
 * @param startTimeout how long an instance may take to get ready
 */
public record LocalSettings(
    Path runtimeParent, Path logDirectory, int startsAtOnce, Duration startTimeout) {

  private static final int MOST_STARTS = 1000;
  private static final Duration SHORTEST_START = Duration.ofMillis(100);
  private static final Duration LONGEST_START = Duration.ofMinutes(10);
  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

  public LocalSettings {
    requireAbsolute("runtime directory", runtimeParent);
    requireAbsolute("log directory", logDirectory);
    if (startsAtOnce < 1 || startsAtOnce > MOST_STARTS) {
      throw new IllegalArgumentException(
          "starts at once must be 1 to " + MOST_STARTS + ", not " + startsAtOnce);
    }
    if (startTimeout.compareTo(SHORTEST_START) < 0 || startTimeout.compareTo(LONGEST_START) > 0) {
      throw new IllegalArgumentException("start timeout must be 100ms to 10m, not " + startTimeout);
    }
  }

  /**
   * Reads the settings. The environment collects the problems.
   *
   * @param temporary the runtime directory if {@code XDG_RUNTIME_DIR} names none
   */
  public static LocalSettings from(Env env, Path temporary, Path logDirectory) {
    Path xdg =
        env.path("XDG_RUNTIME_DIR", "where FOB_RUNTIME_DIR is, if fob may use it", temporary);
    return new LocalSettings(
        env.value(
            "FOB_RUNTIME_DIR",
            "where the sockets are; a short path",
            isUsable(xdg) ? xdg : temporary,
            "a folder that is there, and that fob may write to",
            LocalSettings::writable),
        env.folder("FOB_LOG_DIR", "what functions print, in <function id>.log", logDirectory),
        env.integer(
            "FOB_STARTS_AT_ONCE",
            "sandboxes that may be starting at a time",
            defaultStartsAtOnce(),
            1,
            MOST_STARTS),
        env.duration(
            "FOB_START_TIMEOUT",
            "how long an instance may take to get ready",
            START_TIMEOUT,
            SHORTEST_START,
            LONGEST_START));
  }

  private static Path writable(String text) {
    Path folder = Path.of(text).toAbsolutePath();
    if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
      throw new IllegalArgumentException();
    }
    return folder;
  }

  /**
   * Root's own directory is closed to other users, and functions are other users if fob is root.
   */
  private static boolean isUsable(Path xdg) {
    try {
      return Files.isWritable(xdg)
          && (!Integer.valueOf(0).equals(Files.getAttribute(xdg, "unix:uid"))
              || Files.getPosixFilePermissions(xdg).contains(PosixFilePermission.OTHERS_EXECUTE));
    } catch (IOException unreadable) {
      return false;
    }
  }

  /** Returns settings with the standard bounds. */
  public static LocalSettings of(Path runtimeParent, Path logDirectory) {
    return new LocalSettings(runtimeParent, logDirectory, defaultStartsAtOnce(), START_TIMEOUT);
  }

  /** More starts at a time only make each of them slower. */
  private static int defaultStartsAtOnce() {
    return Runtime.getRuntime().availableProcessors() + 1;
  }

  private static void requireAbsolute(String name, Path path) {
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException("the " + name + " must be an absolute path, not " + path);
    }
  }
}
