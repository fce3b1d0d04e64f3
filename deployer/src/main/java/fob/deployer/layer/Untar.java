package fob.deployer.layer;

import fob.deployer.local.Trees;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks a tar archive that anybody may have made. Only files, directories, and symbolic links
 * that stay inside are taken, up to bounds. Links are made last, so no file is written through one.
 *
 * @param mostFiles the most entries
 * @param mostBytes the most bytes of all files together
 */
record Untar(int mostFiles, long mostBytes) {

  private static final int OWNER_MAY_RUN = 0100;
  private static final int AT_ONCE = 64 * 1024;

  /**
   * Unpacks into a folder that is empty. Everybody can read the files.
   *
   * @throws InstallFailed if the archive is over a bound, or has something else
   * @throws IOException if the input breaks off, or the disk is full
   */
  void into(Path folder, InputStream input) throws IOException {
    Map<Path, Path> links = new TreeMap<>();
    long left = mostBytes;
    try (TarEntries tar = new TarEntries(mostFiles, input)) {
      for (TarArchiveEntry entry = tar.next(); entry != null; entry = tar.next()) {
        Path path = inside(folder, entry.getName());
        if (entry.isDirectory()) {
          makeFolder(folder, path);
        } else if (entry.isSymbolicLink()) {
          links.put(path, target(entry));
        } else if (isRegular(entry)) {
          makeFolder(folder, path.getParent());
          left -= write(tar.content(), path, left);
          setRights(path, (entry.getMode() & OWNER_MAY_RUN) != 0);
        } else {
          throw new InstallFailed("'%s' is no file and no directory".formatted(entry.getName()));
        }
      }
      for (Map.Entry<Path, Path> link : links.entrySet()) {
        makeFolder(folder, link.getKey().getParent());
        Files.createSymbolicLink(link.getKey(), link.getValue());
      }
    } catch (FileAlreadyExistsException twice) {
      throw new InstallFailed("a path is there twice", twice);
    } catch (IllegalArgumentException malformed) {
      throw new InstallFailed("the archive is malformed", malformed);
    }
  }

  /** A condition on an entry, whose content it may read. */
  interface EntryTest {
    boolean holdsFor(String name, InputStream content) throws IOException;
  }

  /**
   * Returns whether a condition holds for an entry, without unpacking any.
   *
   * @throws IOException if the archive is over a bound, or broken
   */
  boolean has(EntryTest wanted, InputStream input) throws IOException {
    long left = mostBytes;
    try (TarEntries tar = new TarEntries(mostFiles, input)) {
      for (TarArchiveEntry entry = tar.next(); entry != null; entry = tar.next()) {
        left -= entry.getSize();
        if (left < 0) {
          throw new InstallFailed("the archive is over its bounds");
        }
        if (wanted.holdsFor(entry.getName(), tar.content())) {
          return true;
        }
      }
      return false;
    } catch (IllegalArgumentException malformed) {
      throw new InstallFailed("the archive is malformed", malformed);
    }
  }

  private static boolean isRegular(TarArchiveEntry entry) {
    byte kind = entry.getLinkFlag();
    return kind == TarConstants.LF_NORMAL || kind == TarConstants.LF_OLDNORM;
  }

  private static Path inside(Path folder, String name) throws InstallFailed {
    try {
      Path path = folder.resolve(name.replaceFirst("^(\\./)+", "").replaceFirst("^\\.$", ""));
      if (path.startsWith(folder) && path.equals(path.normalize())) {
        return path;
      }
    } catch (InvalidPathException odd) {
      throw new InstallFailed("a path cannot be used here", odd);
    }
    throw new InstallFailed("the path '%s' leads out of the folder".formatted(name));
  }

  /** Only a target that first goes up and then down can be judged without following links. */
  private static Path target(TarArchiveEntry entry) throws InstallFailed {
    Path target = Path.of(entry.getLinkName());
    Path link = Path.of(entry.getName()).normalize();
    int up = 0;
    while (up < target.getNameCount() && target.getName(up).toString().equals("..")) {
      up++;
    }
    boolean downAfterwards = target.equals(target.normalize());
    if (target.isAbsolute() || !downAfterwards || up > link.getNameCount() - 1) {
      throw new InstallFailed("the link '%s' leads out of the folder".formatted(entry.getName()));
    }
    return target;
  }

  private static void makeFolder(Path top, @Nullable Path folder) throws IOException {
    if (folder != null
        && !folder.equals(top)
        && !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      makeFolder(top, folder.getParent());
      Trees.directory(folder, "rwxr-xr-x");
    }
  }

  private long write(InputStream from, Path file, long most) throws IOException {
    byte[] buffer = new byte[AT_ONCE];
    long written = 0;
    try (OutputStream to =
        Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
        written += read;
        if (written > most) {
          throw new InstallFailed(
              "the files have more than %d MiB, which is the limit (FOB_LAYER_MIB)"
                  .formatted(mostBytes >> 20));
        }
        to.write(buffer, 0, read);
      }
    }
    return written;
  }

  private static void setRights(Path file, boolean executable) throws IOException {
    Files.setPosixFilePermissions(
        file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
  }
}
