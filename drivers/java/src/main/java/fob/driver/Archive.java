package fob.driver;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks gzipped tar archives and zip archives. It takes regular files and directories only, and
 * relative paths without {@code ..}. Used by one thread.
 */
final class Archive {

  private static final int BLOCK = 512;
  private static final int LONGEST_NAME = 4096;

  private final Path target;
  private final long mostBytes;
  private final int mostFiles;
  private final byte[] chunk = new byte[1 << 16];
  private long bytes;
  private int files;

  private Archive(Path target, long mostBytes, int mostFiles) {
    this.target = target;
    this.mostBytes = mostBytes;
    this.mostFiles = mostFiles;
  }

  static boolean isArchive(byte[] bytes) {
    return isZip(bytes) || (bytes.length > 1 && bytes[0] == 0x1F && bytes[1] == (byte) 0x8B);
  }

  private static boolean isZip(byte[] bytes) {
    return bytes.length > 1 && bytes[0] == 'P' && bytes[1] == 'K';
  }

  /** Unpacks an archive into a directory of its own below TMPDIR, and returns that. */
  static Path unpack(byte[] archive, String what, long mostBytes, int mostFiles) throws Failure {
    try {
      Path directory = Files.createTempDirectory("fob-" + what + "-");
      Archive unpacked = new Archive(directory, mostBytes, mostFiles);
      if (isZip(archive)) {
        unpacked.zip(new ZipInputStream(new ByteArrayInputStream(archive)));
      } else {
        unpacked.tar(new GZIPInputStream(new ByteArrayInputStream(archive), 1 << 16));
      }
      return directory;
    } catch (IOException | IllegalArgumentException e) {
      throw Failure.load(
          "CodeNotAvailable", "the " + what + " cannot be unpacked: " + e.getMessage());
    }
  }

  private void zip(ZipInputStream in) throws IOException {
    for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
      if (entry.isDirectory()) {
        Files.createDirectories(path(entry.getName()));
      } else {
        file(entry.getName(), in, Long.MAX_VALUE);
      }
    }
  }

  private void tar(InputStream in) throws IOException {
    byte[] header = new byte[BLOCK];
    String longName = null;
    while (in.readNBytes(header, 0, BLOCK) == BLOCK && header[0] != 0) {
      long size = number(header, 124, 12);
      String prefix = text(header, 345, 155);
      boolean ustar = text(header, 257, 5).equals("ustar") && header[262] == 0;
      String name = text(header, 0, 100);
      name = longName != null ? longName : ustar && !prefix.isEmpty() ? prefix + "/" + name : name;
      longName = null;
      switch (header[156]) {
        case 0, '0', '7' -> file(name, in, size);
        case '5' -> Files.createDirectories(path(name));
        case 'L' ->
            longName = new String(small(in, size), StandardCharsets.UTF_8).replace("\0", "");
        case 'x' -> longName = path(small(in, size));
        case 'g' -> small(in, size);
        default -> throw new IOException(name + " is neither a regular file nor a directory");
      }
      in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
    }
  }

  private byte[] small(InputStream in, long size) throws IOException {
    if (size > 4L * LONGEST_NAME) {
      throw new IOException("a name in it is too long");
    }
    byte[] all = in.readNBytes((int) size);
    if (all.length < size) {
      throw new EOFException("it ends too early");
    }
    return all;
  }

  /** Returns the path in the extended header of the next file, or null. */
  private static @Nullable String path(byte[] records) {
    String name = null;
    int start = 0;
    while (start < records.length) {
      int space = start;
      while (space < records.length && records[space] != ' ') {
        space++;
      }
      int length =
          Integer.parseInt(new String(records, start, space - start, StandardCharsets.UTF_8));
      String entry =
          new String(records, space + 1, start + length - space - 2, StandardCharsets.UTF_8);
      if (length < 1) {
        throw new IllegalArgumentException("a header in it is malformed");
      }
      name = entry.startsWith("path=") ? entry.substring(5) : name;
      start += length;
    }
    return name;
  }

  private static String text(byte[] header, int start, int length) {
    int end = start;
    while (end < start + length && header[end] != 0) {
      end++;
    }
    return new String(header, start, end - start, StandardCharsets.UTF_8);
  }

  private static long number(byte[] header, int start, int length) throws IOException {
    String digits = text(header, start, length).strip();
    if (!digits.matches("[0-7]{1,12}")) {
      throw new IOException("a size in it is malformed");
    }
    return Long.parseLong(digits, 8);
  }

  private void file(String name, InputStream in, long size) throws IOException {
    if (++files > mostFiles) {
      throw new IOException("it has more than " + mostFiles + " files");
    }
    Path path = path(name);
    Path parent = path.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    try (OutputStream out = Files.newOutputStream(path)) {
      long left = size;
      while (left > 0) {
        int count = in.read(chunk, 0, (int) Math.min(left, chunk.length));
        if (count < 0) {
          break;
        }
        bytes += count;
        if (bytes > mostBytes) {
          throw new IOException("it has more than " + mostBytes + " bytes unpacked");
        }
        out.write(chunk, 0, count);
        left -= count;
      }
      if (left > 0 && size != Long.MAX_VALUE) {
        throw new EOFException("it ends too early");
      }
    }
  }

  private Path path(String name) throws IOException {
    Path path = target.resolve(name).normalize();
    if (name.startsWith("/") || !path.startsWith(target) || name.length() > LONGEST_NAME) {
      throw new IOException("the path " + Failure.cut(name, 200) + " leads out of it");
    }
    return path;
  }
}
