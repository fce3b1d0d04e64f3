package fob.gateway.upload;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.bus.wire.Topics;
import fob.gateway.http.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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

  private static final int MOST = Topics.MAX_VALUE_BYTES;
  private static final int AT_ONCE = 16 * 1024;
  private static final int FILE = 0100644;
  private static final int PROGRAM = 0100755;
  private static final int FOLDER = 0040755;

  private TarGz() {}

  /** The archive is over the limit. */
  private static final class Full extends IOException {
    private Full() {
      super("full");
    }
  }

  /** Takes bytes up to the limit. */
  private static final class Bounded extends OutputStream {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      if (bytes.size() + length > MOST) {
        throw new Full();
      }
      bytes.write(from, offset, length);
    }
  }

  /**
   * Packs the files. Content is never in memory as a whole before it is packed.
   *
   * @throws Problem if the archive is too large, or a file is not as it was announced
   */
  static byte[] pack(FileSet set) {
    Bounded packed = new Bounded();
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new GZIPOutputStream(packed), UTF_8.name())) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setAddPaxHeadersForNonAsciiNames(true);
      Set<String> folders = new HashSet<>();
      for (Member member : set.files().values()) {
        addFolders(tar, member.path(), folders);
        add(tar, member);
      }
    } catch (Full full) {
      throw Refusals.tooLarge(
          "the files have more than %d bytes when they are packed (tar.gz), which is the limit"
              .formatted(MOST));
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory fails only when it is full", e);
    }
    return packed.bytes.toByteArray();
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
    byte[] buffer = new byte[AT_ONCE];
    long left = member.size();
    try (InputStream content = member.open()) {
      for (int read = read(content, buffer, member);
          read >= 0;
          read = read(content, buffer, member)) {
        left -= read;
        if (left < 0) {
          throw broken(member);
        }
        tar.write(buffer, 0, read);
      }
    }
    if (left != 0) {
      throw broken(member);
    }
    tar.closeArchiveEntry();
  }

  private static int read(InputStream content, byte[] buffer, Member member) {
    try {
      return content.read(buffer);
    } catch (IOException | RuntimeException e) {
      throw broken(member);
    }
  }

  private static Problem broken(Member member) {
    return Refusals.bad(
        "the file %s in the zip file is broken: it has another length or checksum than the zip file says"
            .formatted(Refusals.shown(member.path())));
  }
}
