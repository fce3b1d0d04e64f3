package fob.deployer.layer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Packs folders into gzipped tar archives. The same files give the same bytes. */
public final class Tar {

  private static final int FILE = 0100644;
  private static final int PROGRAM = 0100755;
  private static final int FOLDER = 0040755;

  private Tar() {}

  /** Packs what is in a folder, and closes the stream. */
  public static void pack(Path folder, OutputStream to) throws IOException {
    try (TarArchiveOutputStream tar =
            new TarArchiveOutputStream(new GZIPOutputStream(to), UTF_8.name());
        Stream<Path> walk = Files.walk(folder)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setAddPaxHeadersForNonAsciiNames(true);
      List<Path> paths = walk.filter(path -> !path.equals(folder)).sorted().toList();
      for (Path path : paths) {
        add(tar, path, folder.relativize(path).toString());
      }
    }
  }

  private static void add(TarArchiveOutputStream tar, Path path, String name) throws IOException {
    if (Files.isSymbolicLink(path)) {
      TarArchiveEntry link = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
      link.setLinkName(Files.readSymbolicLink(path).toString());
      put(tar, link, FILE);
    } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      put(tar, new TarArchiveEntry(name + "/"), FOLDER);
    } else {
      TarArchiveEntry file = new TarArchiveEntry(name);
      file.setSize(Files.size(path));
      put(tar, file, Files.isExecutable(path) ? PROGRAM : FILE);
      Files.copy(path, tar);
    }
    tar.closeArchiveEntry();
  }

  private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry, int mode)
      throws IOException {
    entry.setModTime(0);
    entry.setIds(0, 0);
    entry.setNames("", "");
    entry.setMode(mode);
    tar.putArchiveEntry(entry);
  }
}
