package fob.gateway.upload;

import fob.gateway.http.Problem;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/** Packs files into a zip file. The same files give the same bytes: order and times are fixed. */
final class Zip {

  /** The earliest time that a zip file can hold in every time zone. */
  private static final long TIME = 315_705_600_000L;

  private static final int FILE = 0100644;
  private static final int PROGRAM = 0100755;

  private Zip() {}

  /**
   * Packs the files.
   *
   * @throws Problem if the zip file is too large, or a file is not as it was announced
   */
  static byte[] pack(FileSet set) {
    return Packed.with(
        "zip",
        packed -> {
          try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(packed)) {
            for (Member member : set.files().values()) {
              ZipArchiveEntry entry = new ZipArchiveEntry(member.path());
              entry.setTime(TIME);
              entry.setUnixMode(member.isExecutable() ? PROGRAM : FILE);
              zip.putArchiveEntry(entry);
              Packed.copy(member, zip);
              zip.closeArchiveEntry();
            }
          }
        });
  }
}
