package fob.deployer.process;

import fob.deployer.Driver;
import fob.deployer.local.SystemCallFilter;
import fob.deployer.local.Trees;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory {@code fob-<random>} of one running platform. A file in it is locked as long as its
 * fob runs. The next fob removes a directory whose file is not locked: its fob was killed.
 * Thread-safe.
 *
 * <pre>
 * live-…            the locked file
 * etc/              passwd and group of every sandbox
 * empty/            what a sandbox sees instead of hidden directories
 * *.bpf             the filters of system calls
 * drivers/python/   copies, so that the rights on the way to the originals do not matter
 * f7/code/function  the code of one function
 * f7/r3/            shown to one instance as /fob/run, until its socket has appeared
 * f7/3.sock         that socket: out of the instance's reach
 * </pre>
 */
final class RuntimeDirectory implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(RuntimeDirectory.class);
  static final String PREFIX = "fob-";
  static final String MARKER = "live-";
  private static final int LONGEST_SOCKET_PATH = 107;
  private static final String LONGEST_BELOW = "/fob-01234567/f12345678/r12345678/http.sock.new";

  private final Path path;
  private final FileChannel marker;

  private RuntimeDirectory(Path path, FileChannel marker) {
    this.path = path;
    this.marker = marker;
  }

  /**
   * Makes the directory.
   *
   * @param forOthers whether sandboxes are other users, who must be able to enter the parent
   * @throws IOException if that is not possible; the message is for the user
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
    // It gets the name that other fobs look for only after it was locked.
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
    Trees.directory(common().empty(), "r-xr-xr-x");
    Path etc = Trees.directory(common().etc(), "rwxr-xr-x");
    String user = Sandbox.USER;
    String passwd = "fob:x:%s:%s:fob:/tmp:/bin/sh\n".formatted(user, user);
    Trees.file(etc.resolve("passwd"), passwd.getBytes(StandardCharsets.UTF_8), "rw-r--r--");
    String group = "fob:x:%s:\n".formatted(user);
    Trees.file(etc.resolve("group"), group.getBytes(StandardCharsets.UTF_8), "rw-r--r--");
  }

  String name() {
    return path.getFileName().toString();
  }

  Path path() {
    return path;
  }

  /** Returns the files that all sandboxes use. */
  Sandbox.Common common() {
    return new Sandbox.Common(
        path.resolve("etc"),
        path.resolve("empty"),
        path.resolve("calls.bpf"),
        path.resolve("calls-network.bpf"));
  }

  /**
   * Writes the filters of system calls.
   *
   * @throws IOException if this machine cannot make them; the message is for the user
   */
  void writeFilters() throws IOException {
    Seccomp.write(SystemCallFilter.of(false), common().filter());
    Seccomp.write(SystemCallFilter.of(true), common().filterWithNetwork());
  }

  /** Returns the copy of a driver's files. The first call makes it. */
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

  /**
   * A process id is used again, in a container at every start, but not with the same start time.
   */
  static String ownToken() {
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
      LOGGER.atDebug().setCause(e).log("the locked file could not be closed");
    }
  }
}
