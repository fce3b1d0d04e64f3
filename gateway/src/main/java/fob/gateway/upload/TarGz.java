package fob.gateway.upload;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.gateway.http.Problem;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Packs files into a gzipped tar archive. The same files give the same bytes: order, times and
 * owners are fixed.
 */
final class TarGz {

  private static final int FILE = 0100644;
  private static final int PROGRAM = 0100755;
  private static final int FOLDER = 0040755;

  private TarGz() {}

  /**
   * Packs the files. Content is never in memory as a whole before it is packed.
   *
   * @throws Problem if the archive is too large, or a file is not as it was announced
   */
  static byte[] pack(FileSet set) {
    return Packed.with(
        "tar.gz",
        packed -> {
          try (TarArchiveOutputStream tar =
              new TarArchiveOutputStream(new GZIPOutputStream(packed), UTF_8.name())) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setAddPaxHeadersForNonAsciiNames(true);
            Set<String> folders = new HashSet<>();
            for (Member member : set.files().values()) {
              addFolders(tar, member.path(), folders);
              add(tar, member);
            }
          }
        });
  }

  private static void addFolders(TarArchiveOutputStream tar, String path, Set<String> known)
      throws IOException {
    for (int at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
      String folder = path.substring(0, at + 1);
      if (known.add(folder)) {
        tar.putArchiveEntry(entry(folder, FOLDER));
        tar.closeArchiveEntry();
      }
    }
  }

  private static TarArchiveEntry entry(String path, int mode) {
    TarArchiveEntry entry = new TarArchiveEntry(path);
    entry.setModTime(0);
    entry.setIds(0, 0);
    entry.setNames("", "");
    entry.setMode(mode);
    return entry;
  }

  private static void add(TarArchiveOutputStream tar, Member member) throws IOException {
    TarArchiveEntry entry = entry(member.path(), member.isExecutable() ? PROGRAM : FILE);
    entry.setSize(member.size());
    tar.putArchiveEntry(entry);
    Packed.copy(member, tar);
    tar.closeArchiveEntry();
  }
}
