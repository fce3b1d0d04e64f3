package fob.gateway.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.gateway.http.ClassPathFiles;
import fob.gateway.http.Problem;
import fob.gateway.http.StaticFile;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Serves the console. Its own files are resources of this package; its libraries are files of npm
 * packages, in jars of their own, as {@code libraries.properties} says. Thread-safe.
 */
public final class ConsoleHandler {

  private static final String FOLDER = "fob/gateway/console/";
  private static final Pattern NAME = Pattern.compile("[a-z][a-z-]*\\.(js|css|svg)");
  private static final Pattern IMPORT_MAP =
      Pattern.compile("<script type=\"importmap\">(.*?)</script>", Pattern.DOTALL);

  private static final Map<String, String> TYPES =
      Map.of(
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml");

  private final byte[] page = ClassPathFiles.read(FOLDER + "index.html");
  private final String policy = policy(new String(page, UTF_8));
  private final Properties libraries = libraries();
  private final Map<String, StaticFile> files = new ConcurrentHashMap<>();

  /**
   * The page runs no script but its own files and its import map. The editor sets the attribute
   * {@code style} of its elements, and no style sheet.
   */
  private static String policy(String page) {
    var map = IMPORT_MAP.matcher(page);
    if (!map.find()) {
      throw new IllegalStateException("the page has no import map");
    }
    return "default-src 'none'; script-src 'self' 'sha256-%s'; style-src 'self'; style-src-attr 'unsafe-inline';"
            .formatted(Base64.getEncoder().encodeToString(sha256(map.group(1))))
        + " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none';"
        + " frame-ancestors 'none'";
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static Properties libraries() {
    Properties all = new Properties();
    try {
      all.load(
          new StringReader(
              new String(ClassPathFiles.read(FOLDER + "libraries.properties"), UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  /** The page. */
  public void page(Context http) {
    http.contentType("text/html; charset=utf-8")
        .header("Content-Security-Policy", policy)
        .header("Cache-Control", "no-cache")
        .result(page);
  }

  /** A file of the page. The one that runs as a worker has the policy of its own reply. */
  public void file(Context http) {
    String name = http.pathParam("file");
    http.header("Content-Security-Policy", policy);
    send(
        http,
        name,
        () -> NAME.matcher(name).matches() ? ClassPathFiles.find(FOLDER + name) : Optional.empty());
  }

  /** A file of a library, which is written {@code group:artifact:path}. */
  public void library(Context http) {
    String name = http.pathParam("file");
    send(
        http,
        "lib/" + name,
        () ->
            Optional.ofNullable(libraries.getProperty(name))
                .map(source -> source.split(":", 3))
                .map(parts -> ClassPathFiles.library(parts[0], parts[1], parts[2])));
  }

  private void send(Context http, String name, Supplier<Optional<byte[]>> read) {
    StaticFile file =
        files.computeIfAbsent(name, _ -> read.get().map(bytes -> of(name, bytes)).orElse(null));
    if (file == null) {
      throw Problem.ofGateway(
          404, "no-such-path", "there is nothing at " + http.path() + "; GET /console is a page");
    }
    file.send(http);
  }

  private static StaticFile of(String name, byte[] bytes) {
    String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "text/plain");
    return new StaticFile(type, bytes);
  }
}
