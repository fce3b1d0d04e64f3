package fob.gateway.upload;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/** Makes zip files, also such as no ordinary program makes. Used by one thread. */
final class Zips {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes);

  static byte[] of(String... pathsAndTexts) {
    Zips zips = new Zips();
    for (int i = 0; i < pathsAndTexts.length; i += 2) {
      zips.add(pathsAndTexts[i], pathsAndTexts[i + 1], 0100644);
    }
    return zips.bytes();
  }

  Zips add(String path, String text, int mode) {
    return add(path, text.getBytes(UTF_8), mode);
  }

  Zips add(String path, byte[] content, int mode) {
    try {
      ZipArchiveEntry entry = new ZipArchiveEntry(path);
      entry.setUnixMode(mode);
      zip.putArchiveEntry(entry);
      zip.write(content);
      zip.closeArchiveEntry();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] bytes() {
    try {
      zip.close();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Replaces a text in the bytes by another one of the same length. */
  static byte[] replace(byte[] bytes, String text, String other) {
    String all = new String(bytes, ISO_8859_1);
    if (text.length() != other.length() || !all.contains(text)) {
      throw new IllegalArgumentException("'" + text + "' cannot be replaced");
    }
    return all.replace(text, other).getBytes(ISO_8859_1);
  }

  /** Returns the paths in a gzipped tar archive with their texts; a directory has the text "/". */
  static Map<String, String> unpacked(byte[] tarGz) {
    Map<String, String> files = new LinkedHashMap<>();
    for (TarArchiveEntry entry : entries(tarGz, files)) {
      if (entry.isDirectory()) {
        files.put(entry.getName(), "/");
      }
    }
    return files;
  }

  static List<TarArchiveEntry> entries(byte[] tarGz, Map<String, String> texts) {
    List<TarArchiveEntry> all = new ArrayList<>();
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new GZIPInputStream(new ByteArrayInputStream(tarGz)), "UTF-8")) {
      for (TarArchiveEntry next = tar.getNextEntry(); next != null; next = tar.getNextEntry()) {
        all.add(next);
        texts.put(next.getName(), new String(tar.readAllBytes(), UTF_8));
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
