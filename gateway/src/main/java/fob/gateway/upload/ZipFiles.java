package fob.gateway.upload;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.gateway.http.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.apache.commons.io.input.ChecksumInputStream;

/** Reads the files of a zip file that is in memory. */
final class ZipFiles {

  private static final byte[] MAGIC = {'P', 'K', 3, 4};
  private static final byte[] MAGIC_OF_EMPTY = {'P', 'K', 5, 6};
  private static final int TYPE = 0170000;
  private static final int REGULAR = 0100000;
  private static final int DIRECTORY = 0040000;
  private static final int SYMBOLIC_LINK = 0120000;
  private static final int EXECUTABLE = 0111;

  private ZipFiles() {}

  /** Whether the bytes begin as a zip file does. */
  static boolean isZip(byte[] bytes) {
    return startsWith(bytes, MAGIC) || startsWith(bytes, MAGIC_OF_EMPTY);
  }

  private static boolean startsWith(byte[] bytes, byte[] magic) {
    return bytes.length >= magic.length
        && ByteBuffer.wrap(bytes, 0, magic.length).equals(ByteBuffer.wrap(magic));
  }

  /**
   * Opens a zip file. Only its central directory counts.
   *
   * @throws IOException if the bytes are no zip file
   */
  static ZipFile open(byte[] bytes) throws IOException {
    try {
      return ZipFile.builder()
          .setSeekableByteChannel(new SeekableInMemoryByteChannel(bytes))
          .setCharset(UTF_8)
          .setUseUnicodeExtraFields(false)
          .get();
    } catch (RuntimeException malformed) {
      throw new IOException("it is malformed", malformed);
    }
  }

  /**
   * Returns the regular files.
   *
   * @throws Problem if an entry is no file or directory, or cannot be read
   */
  static List<Member> members(ZipFile zip) {
    List<Member> members = new ArrayList<>();
    for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
      String path = path(entry);
      requireReadable(zip, entry, path);
      if (path.endsWith("/")) {
        MemberPath.check(path.substring(0, path.length() - 1));
      } else {
        members.add(new ZipMember(path, zip, entry));
      }
    }
    return members;
  }

  /** The library would turn backslashes into slashes, and replace bytes that are not UTF-8. */
  private static String path(ZipArchiveEntry entry) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(entry.getRawName())).toString();
    } catch (CharacterCodingException e) {
      throw Refusals.bad(
          "the name of the file %s in the zip file is not UTF-8: rename it, or zip it with another program"
              .formatted(Refusals.shown(entry.getName())));
    }
  }

  private static void requireReadable(ZipFile zip, ZipArchiveEntry entry, String path) {
    String name = Refusals.shown(path);
    if (entry.getGeneralPurposeBit().usesEncryption()) {
      throw Refusals.bad(
          "the file %s in the zip file is encrypted: expected a zip file without a password"
              .formatted(name));
    }
    int type = entry.getUnixMode() & TYPE;
    if (type == SYMBOLIC_LINK) {
      throw Refusals.bad(
          "%s in the zip file is a symbolic link: expected files and folders only (zip without -y stores what a link points to)"
              .formatted(name));
    }
    if (type != 0 && type != REGULAR && type != DIRECTORY) {
      throw Refusals.bad(
          "%s in the zip file is a special file: expected files and folders only".formatted(name));
    }
    if (!zip.canReadEntryData(entry)) {
      throw Refusals.bad(
          "the file %s in the zip file is compressed with method %d, which fob cannot read: use the usual one (deflate)"
              .formatted(name, entry.getMethod()));
    }
  }

  private record ZipMember(String path, ZipFile zip, ZipArchiveEntry entry) implements Member {

    @Override
    public long size() {
      return entry.getSize();
    }

    @Override
    public boolean isExecutable() {
      return (entry.getUnixMode() & EXECUTABLE) != 0;
    }

    /** The checksum is compared at the end of the content. */
    @Override
    public InputStream open() throws IOException {
      InputStream content = zip.getInputStream(entry);
      if (content == null) {
        return new ByteArrayInputStream(new byte[0]);
      }
      return ChecksumInputStream.builder()
          .setInputStream(content)
          .setChecksum(new CRC32())
          .setExpectedChecksumValue(entry.getCrc())
          .get();
    }
  }
}
