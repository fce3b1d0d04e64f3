package fob.gateway.http;

import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;

/**
 * A file of a page, compressed once. A browser that has it already gets a 304. Immutable and
 * thread-safe.
 */
public final class StaticFile {

  private final String contentType;
  private final byte[] plain;
  private final byte[] gzip;
  private final String etag;

  public StaticFile(String contentType, byte[] plain) {
    this.contentType = contentType;
    this.plain = plain.clone();
    this.gzip = compressed(plain);
    this.etag = '"' + sha256(plain) + '"';
  }

  private static byte[] compressed(byte[] plain) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, Long.BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Writes the file as the reply. */
  public void send(Context http) {
    // A browser asks every time, so that all files of a page are of the same version.
    http.header("Cache-Control", "no-cache").header("ETag", etag).header("Vary", "Accept-Encoding");
    if (etag.equals(http.header("If-None-Match"))) {
      http.status(304);
      return;
    }
    http.contentType(contentType);
    String accepted = http.header("Accept-Encoding");
    if (accepted != null && accepted.contains("gzip")) {
      http.header("Content-Encoding", "gzip").result(gzip);
    } else {
      http.result(plain);
    }
  }
}
