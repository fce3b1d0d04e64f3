package fob.deployer.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Tells which directories are in memory. */
public final class Memory {

  private static final Set<String> TYPES = Set.of("tmpfs", "ramfs");

  private Memory() {}

  /** Whether files in this directory are in memory, and not on a disk. */
  public static boolean holds(Path directory) {
    try {
      return Files.isDirectory(directory) && TYPES.contains(Files.getFileStore(directory).type());
    } catch (IOException unknown) {
      return false;
    }
  }
}
