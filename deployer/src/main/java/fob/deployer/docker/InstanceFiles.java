package fob.deployer.docker;

import fob.deployer.local.InstanceLocation;
import fob.deployer.local.Trees;
import fob.function.Code;
import fob.service.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of one owner on this machine. Its path is always the same, so that the next
 * deployer finds it. Thread-safe.
 *
 * <pre>
 * 01234567/               one instance: nobody but fob can enter
 *          code/function  shown to it as /fob/code
 *          secrets/       shown to it as /run/secrets, if it has secrets
 *          run/           shown to it as /fob/run, until its socket has appeared
 *          log-position   up to where its output was read
 *          http.sock      that socket: out of the instance's reach
 *          address        where an image that is ready listens
 * layers/                 installed dependencies, each shown to its functions as /fob/layer
 * </pre>
 */
final class InstanceFiles {

  static final String CODE_FILE = "function";
  private static final String LOG_POSITION = "log-position";

  private static final Logger LOGGER = LoggerFactory.getLogger(InstanceFiles.class);
  private static final String LAYERS = "layers";
  private static final String PREFIX = "fob-docker-";
  private static final int OWNER_DIGITS = 8;
  private static final int LONGEST_SOCKET_PATH = 107;
  private static final String LONGEST_BELOW = "/01234567/run/http.sock.new";
  private static final String ADVICE = " (set FOB_RUNTIME_DIR to another directory)";

  private final Path directory;

  private InstanceFiles(Path directory) {
    this.directory = directory;
  }

  /**
   * Makes the directory, unless it is there.
   *
   * @throws IOException if it cannot be used; the message is for the user
   */
  static InstanceFiles of(Path parent, String owner) throws IOException {
    Path directory = parent.resolve(PREFIX + digest(owner).substring(0, OWNER_DIGITS));
    int length = directory.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length + LONGEST_BELOW.length() > LONGEST_SOCKET_PATH) {
      throw new IOException(parent + " is too long a path for Unix sockets" + ADVICE);
    }
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      try {
        Trees.directory(directory, "rwx------");
      } catch (IOException e) {
        throw new IOException(parent + " is no directory that fob may write to" + ADVICE, e);
      }
    }
    // The name can be guessed, and anybody may have made it in a temporary folder.
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
        || !Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS)
            .equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
      throw new IOException(
          directory + " was made by somebody else: remove it, or use another place" + ADVICE);
    }
    if (!Files.exists(directory.resolve(LAYERS), LinkOption.NOFOLLOW_LINKS)) {
      Trees.directory(directory.resolve(LAYERS), "rwx--x--x");
    }
    return new InstanceFiles(directory);
  }

  static String digest(String text) {
    return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
  }

  Path of(String suffix) {
    return directory.resolve(suffix);
  }

  Path layers() {
    return directory.resolve(LAYERS);
  }

  Path code(InstanceLocation location) {
    return home(location).resolve("code");
  }

  /** The container's user is another one: only the outer directory keeps it from other files. */
  void create(InstanceLocation location, Code code) throws IOException {
    Trees.directory(home(location), "rwx------");
    Path codeDirectory = Trees.directory(code(location), "rwxr-xr-x");
    Trees.file(codeDirectory.resolve(CODE_FILE), code.bytes(), "r--r--r--");
    Trees.directory(location.run(), "rwxrwxrwx");
  }

  /** Returns the directory of the instance's secrets. Only {@link #of} keeps others from it. */
  Path secrets(InstanceLocation location) {
    return home(location).resolve("secrets");
  }

  /** Returns the file with the time up to which the instance's output was read. */
  static Path position(InstanceLocation location) {
    return location.run().resolveSibling(LOG_POSITION);
  }

  void delete(InstanceLocation location) {
    Trees.delete(home(location));
  }

  private Path home(InstanceLocation location) {
    return of(location.run().resolveSibling(".").normalize().getFileName().toString());
  }

  /** Returns the suffixes of all instances that have files. */
  Set<String> all() throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      return StreamSupport.stream(entries.spliterator(), false)
          .map(entry -> entry.getFileName().toString())
          .filter(name -> !name.equals(LAYERS))
          .collect(Collectors.toUnmodifiableSet());
    }
  }

  void delete(String suffix) {
    LOGGER.atInfo().addKeyValue("files", suffix).log("files of an earlier deployer are removed");
    Trees.delete(of(suffix));
  }

  /** Deletes the directory with everything in it. */
  void deleteAll() {
    Trees.delete(directory);
  }
}
