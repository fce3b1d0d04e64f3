package fob.deployer.local;

import fob.service.FileTree;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes, copies and deletes directories. Links are never followed. Thread-safe. */
public final class Trees {

  private static final Logger LOGGER = LoggerFactory.getLogger(Trees.class);
  private static final int LONGEST_RM_S = 10;

  private Trees() {}

  /** Makes a directory with exactly these rights, whatever the umask of the process is. */
  public static Path directory(Path path, String rights) throws IOException {
    Files.createDirectory(path);
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(rights));
  }

  /** Writes a file with exactly these rights. */
  public static Path file(Path path, byte[] content, String rights) throws IOException {
    Files.write(path, content);
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(rights));
  }

  /** Sets the rights of a file or directory. */
  static void rights(Path path, String rights) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(rights));
  }

  /** Changes the owner and group; empty: they stay. */
  public static void give(Path path, OptionalInt owner) throws IOException {
    if (owner.isPresent()) {
      Files.setAttribute(path, "unix:uid", owner.getAsInt());
      Files.setAttribute(path, "unix:gid", owner.getAsInt());
    }
  }

  /**
   * Copies a directory, readable by everybody. It keeps the times, which Python compares.
   *
   * @param without names of directories that are left out, at the top
   */
  public static void copy(Path from, Path to, Set<String> without) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            if (from.equals(directory.getParent())
                && without.contains(directory.getFileName().toString())) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            directory(to.resolve(from.relativize(directory)), "rwxr-xr-x");
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path copy = to.resolve(from.relativize(file));
            Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
            String rights = Files.isExecutable(file) ? "rwxr-xr-x" : "rw-r--r--";
            Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString(rights));
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Deletes a directory. If Java cannot delete something in it, {@code rm} tries for 10 s. */
  public static void delete(Path tree) {
    try {
      FileTree.delete(tree);
    } catch (IOException odd) {
      LOGGER
          .atDebug()
          .addKeyValue("path", tree)
          .setCause(odd)
          .log("files could not be deleted, rm tries");
      deleteWithRm(tree);
    }
  }

  private static void deleteWithRm(Path tree) {
    try {
      Process rm =
          new ProcessBuilder("rm", "-rf", "--one-file-system", "--", tree.toString())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!rm.waitFor(LONGEST_RM_S, TimeUnit.SECONDS) || rm.exitValue() != 0) {
        LOGGER.atWarn().addKeyValue("path", tree).log("files could not be deleted");
      }
    } catch (IOException e) {
      LOGGER.atWarn().addKeyValue("path", tree).setCause(e).log("files could not be deleted");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
