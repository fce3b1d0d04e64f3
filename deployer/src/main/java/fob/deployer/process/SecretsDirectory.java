package fob.deployer.process;

import fob.deployer.local.Memory;
import fob.deployer.local.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the secrets of instances are, one directory an instance: in memory if the machine has a
 * place for that, so that they are never written to a disk. Thread-safe.
 *
 * @param own a directory of its own; empty: it is part of the runtime directory
 */
record SecretsDirectory(Path path, Optional<LockedDirectory> own) implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(SecretsDirectory.class);
  private static final String RIGHTS = "rwx--x--x";

  /**
   * Makes the directory.
   *
   * @param shared the machine's directory for files in memory, such as {@code /dev/shm}
   */
  static SecretsDirectory create(Path runtime, Path shared, RandomGenerator random)
      throws IOException {
    if (!Memory.holds(runtime) && Memory.holds(shared) && Files.isWritable(shared)) {
      LockedDirectory own = LockedDirectory.create(shared, random);
      LeftRuntimes.sweep(own.path());
      return new SecretsDirectory(own.path(), Optional.of(own));
    }
    return new SecretsDirectory(
        Trees.directory(runtime.resolve("secrets"), RIGHTS), Optional.empty());
  }

  /** Returns the directory of one instance. Nothing is created. */
  Path of(Path run) {
    Path function = run.resolveSibling(".").normalize().getFileName();
    return path.resolve(function + "-" + run.getFileName());
  }

  /** Tells in the log if secrets are on a disk. */
  void warnIfOnDisk() {
    if (!Memory.holds(path)) {
      LOGGER
          .atWarn()
          .log(
              "secrets of functions are files on a disk, in {}: set FOB_RUNTIME_DIR to a directory in"
                  + " memory, such as one below /run",
              path);
    }
  }

  @Override
  public void close() {
    own.ifPresent(LockedDirectory::close);
  }
}
