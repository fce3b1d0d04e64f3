package fob.deployer.process;

import fob.deployer.Driver;
import fob.deployer.local.SystemCallFilter;
import fob.deployer.local.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The directory of one running platform, which is a {@link LockedDirectory}. Thread-safe.
 *
 * <pre>
 * live-…            the locked file
 * etc/              passwd, group and hosts of sandboxes
 * empty/            what a sandbox sees instead of hidden directories
 * *.bpf             the filters of system calls
 * drivers/python/   copies, so that the rights on the way to the originals do not matter
 * secrets/          secrets of instances, if this directory is in memory; see SecretsDirectory
 * f7/code/function  the code of one function
 * f7/r3/            shown to one instance as /fob/run, until its socket has appeared
 * f7/3.sock         that socket: out of the instance's reach
 * layers/           installed dependencies, and those that are being installed
 * </pre>
 */
final class RuntimeDirectory implements AutoCloseable {

  static final String PREFIX = "fob-";
  static final String MARKER = "live-";
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");
  private static final int LONGEST_SOCKET_PATH = 107;
  private static final String LONGEST_BELOW = "/fob-01234567/f12345678/r12345678/http.sock.new";

  /** What a driver is built from and tested with. */
  private static final Set<String> NOT_FOR_SANDBOXES =
      Set.of("conformance", "src", "target", "tests");

  private final LockedDirectory locked;
  private final SecretsDirectory secrets;
  private final Path path;

  private RuntimeDirectory(LockedDirectory locked, SecretsDirectory secrets) {
    this.locked = locked;
    this.secrets = secrets;
    this.path = locked.path();
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
    LockedDirectory locked = LockedDirectory.create(parent, random);
    SecretsDirectory secrets = SecretsDirectory.create(locked.path(), SHARED_MEMORY, random);
    RuntimeDirectory created = new RuntimeDirectory(locked, secrets);
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

  private void fill() throws IOException {
    Trees.directory(path.resolve("drivers"), "rwxr-xr-x");
    Trees.directory(layers(), "rwx--x--x");
    Trees.directory(common().empty(), "r-xr-xr-x");
    Path etc = Trees.directory(common().etc(), "rwxr-xr-x");
    String user = Sandbox.USER;
    String passwd = "fob:x:%s:%s:fob:/tmp:/bin/sh\n".formatted(user, user);
    Trees.file(etc.resolve("passwd"), passwd.getBytes(StandardCharsets.UTF_8), "rw-r--r--");
    String group = "fob:x:%s:\n".formatted(user);
    Trees.file(etc.resolve("group"), group.getBytes(StandardCharsets.UTF_8), "rw-r--r--");
    String hosts = "127.0.0.1 localhost\n";
    Trees.file(etc.resolve("hosts"), hosts.getBytes(StandardCharsets.UTF_8), "rw-r--r--");
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
      Trees.copy(driver.directory(), copy, NOT_FOR_SANDBOXES);
    }
    return copy;
  }

  SecretsDirectory secrets() {
    return secrets;
  }

  Path layers() {
    return path.resolve("layers");
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
    secrets.close();
    locked.close();
  }
}
