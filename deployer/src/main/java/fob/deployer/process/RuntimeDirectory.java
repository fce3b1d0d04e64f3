package fob.deployer.process;

import fob.deployer.Driver;
import fob.deployer.local.Trees;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory {@code fob-<random>} of one running platform. A locked file in it says that its fob
 * lives; one without a lock was left behind by a fob that was killed, and is removed by the next.
 * Thread-safe.
 *
 * <pre>
 * live-…            the locked file
 * etc/              passwd and group of every sandbox
 * drivers/python/   copies, so that the rights on the way to the originals do not matter
 * f7/code/function  the code of one function
 * f7/r3/            shown to one instance as /fob/run, until its socket has appeared
 * f7/3.sock         that socket: out of the instance's reach
 * </pre>
 */
final class RuntimeDirectory implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(RuntimeDirectory.class);
  private static final String PREFIX = "fob-";
  private static final String MARKER = "live-";
  private static final int LONGEST_SOCKET_PATH = 107;
  private static final String LONGEST_BELOW = "/fob-01234567/f12345678/r12345678/http.sock.new";

  private final Path path;
  private final FileChannel marker;

  private RuntimeDirectory(Path path, FileChannel marker) {
    this.path = path;
    this.marker = marker;
  }

  /**
   * @param forOthers whether sandboxes are other users, who must be able to go through the parent
   * @throws IOException with a message for the user
   */
  static RuntimeDirectory create(Path parent, boolean forOthers, RandomGenerator random)
      throws IOException {
    check(parent, forOthers);
    Path path = unique(parent, random);
    Path early = path.resolve("marker");
    FileChannel channel =
        FileChannel.open(early, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    if (channel.tryLock() == null) {
      throw new IOException(early + " is locked by another process");
    }
    // Only locked does it get the name that a sweeping fob looks for.
    Files.move(early, path.resolve(MARKER + ownToken()), StandardCopyOption.ATOMIC_MOVE);
    RuntimeDirectory created = new RuntimeDirectory(path, channel);
    created.fill();
    return created;
  }

  private static void check(Path parent, boolean forOthers) throws IOException {
    String advice = " (set FOB_RUNTIME_DIR to another directory)";
    if (!Files.isDirectory(parent) || !Files.isWritable(parent)) {
      throw new IOException(parent + " is no directory that fob may write to" + advice);
    }
    int longest = parent.toString().getBytes(StandardCharsets.UTF_8).length;
    if (longest + LONGEST_BELOW.length() > LONGEST_SOCKET_PATH) {
      throw new IOException(parent + " is too long a path for Unix sockets" + advice);
    }
    for (Path at = parent.toRealPath(); forOthers && at != null; at = at.getParent()) {
      if (!Files.getPosixFilePermissions(at).contains(PosixFilePermission.OTHERS_EXECUTE)) {
        throw new IOException(
            "fob is root and runs functions as other users, who cannot enter " + at + advice);
      }
    }
  }

  private static Path unique(Path parent, RandomGenerator random) throws IOException {
    while (true) {
      try {
        String name = "%s%08x".formatted(PREFIX, random.nextInt());
        return Trees.directory(parent.resolve(name), "rwx--x--x");
      } catch (FileAlreadyExistsException taken) {
        LOGGER.atDebug().log("a random name is taken");
      }
    }
  }

  private void fill() throws IOException {
    Trees.directory(path.resolve("drivers"), "rwxr-xr-x");
    Path etc = Trees.directory(etc(), "rwxr-xr-x");
    String user = Sandbox.USER;
    String passwd = "fob:x:%s:%s:fob:/tmp:/bin/sh\n".formatted(user, user);
    Trees.file(etc.resolve("passwd"), passwd.getBytes(StandardCharsets.UTF_8), "rw-r--r--");
    String group = "fob:x:%s:\n".formatted(user);
    Trees.file(etc.resolve("group"), group.getBytes(StandardCharsets.UTF_8), "rw-r--r--");
  }

  String name() {
    return path.getFileName().toString();
  }

  Path etc() {
    return path.resolve("etc");
  }

  /** The copy of a driver's files, made when it is first asked for. */
  synchronized Path driver(Driver driver) throws IOException {
    Path copy = path.resolve("drivers").resolve(driver.language());
    if (!Files.exists(copy)) {
      Trees.copy(driver.directory(), copy);
    }
    return copy;
  }

  Path function(int number) {
    return path.resolve("f" + number);
  }

  /** Removes what killed ones have left in the same parent; returns their names. */
  List<String> sweep() {
    try (DirectoryStream<Path> siblings =
        Files.newDirectoryStream(path.resolveSibling("."), PREFIX + "*")) {
      List<String> swept = new java.util.ArrayList<>();
      for (Path sibling : siblings) {
        if (isLeftOver(sibling)) {
          LOGGER.atInfo().addKeyValue("path", sibling.normalize()).log("left behind, removed");
          LeftSandboxes.end(sibling.toAbsolutePath().normalize());
          Trees.delete(sibling);
          swept.add(sibling.getFileName().toString());
        }
      }
      return swept;
    } catch (IOException e) {
      LOGGER.atWarn().setCause(e).log("could not look for what a killed fob left behind");
      return List.of();
    }
  }

  private boolean isLeftOver(Path sibling) {
    try {
      if (!Files.isDirectory(sibling, LinkOption.NOFOLLOW_LINKS)
          || !Files.getOwner(sibling).equals(Files.getOwner(path))) {
        return false;
      }
      try (DirectoryStream<Path> markers = Files.newDirectoryStream(sibling, MARKER + "*")) {
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
    if (marker.getFileName().toString().equals(MARKER + ownToken())) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(marker, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock != null;
    }
  }

  /** Process ids come again, in a container at every start; with the start time they do not. */
  private static String ownToken() {
    ProcessHandle self = ProcessHandle.current();
    long started = self.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    return self.pid() + "-" + started;
  }

  @Override
  public void close() {
    Trees.delete(path);
    try {
      marker.close();
    } catch (IOException e) {
      LOGGER.atDebug().setCause(e).log("the marker did not close");
    }
  }
}
