package fob.deployer.layer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the entries of a tar archive that anybody may have made. The library reads a long path and
 * the attributes of an entry into memory, so this bounds them. Used by one thread.
 */
final class TarEntries implements AutoCloseable {

  private static final int MOST_HEADER_BYTES = 64 * 1024;

  /** The archive's bytes, of which only so many can be read as the header of an entry. */
  private static final class Headers extends FilterInputStream {

    private static final long NO_BOUND = Long.MAX_VALUE;

    private long left = NO_BOUND;

    Headers(InputStream archive) {
      super(archive);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] to, int offset, int count) throws IOException {
      int read = super.read(to, offset, count);
      if (left != NO_BOUND) {
        left -= Math.max(read, 0);
        if (left < 0) {
          throw new InstallFailed(
              "the path and the attributes of a file have more than %d KiB, which is the limit"
                  .formatted(MOST_HEADER_BYTES >> 10));
        }
      }
      return read;
    }
  }

  private final int mostFiles;
  private final Headers headers;
  private final TarArchiveInputStream tar;
  private int files;

  /**
   * @param mostFiles the most entries
   * @param archive is closed with this
   */
  TarEntries(int mostFiles, InputStream archive) {
    this.mostFiles = mostFiles;
    this.headers = new Headers(archive);
    this.tar = new TarArchiveInputStream(headers, "UTF-8");
  }

  /**
   * Skips the rest of an entry and returns the next one; null if that was the last one.
   *
   * @throws InstallFailed if the archive is over a bound
   * @throws IOException if it breaks off or is malformed
   */
  @Nullable TarArchiveEntry next() throws IOException {
    if (files > 0) {
      while (tar.skip(Long.MAX_VALUE) > 0) {
        // A stream may skip less than it was told.
      }
    }
    headers.left = MOST_HEADER_BYTES;
    TarArchiveEntry entry = tar.getNextEntry();
    headers.left = Headers.NO_BOUND;
    if (entry != null) {
      files++;
      if (files > mostFiles) {
        throw new InstallFailed("there are more than " + mostFiles + " files, which is the limit");
      }
    }
    return entry;
  }

  /** Returns the content of the entry that was returned last. */
  InputStream content() {
    return tar;
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }
}
