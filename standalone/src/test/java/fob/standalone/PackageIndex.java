package fob.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.LocalDateTime;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * An index of Python packages on this machine, with two packages: fobsample 1.2, and foblarge 1.2,
 * which has 24 MiB that cannot be compressed.
 */
final class PackageIndex implements AutoCloseable {

  private static final String SMALL = "fobsample";
  private static final String LARGE = "foblarge";
  private static final int LARGE_BYTES = 24 << 20;

  private final HttpServer server;

  /** What the packages return; a new text makes other files with the same names. */
  private volatile String who = "from the index";

  /** Serves on the loopback address. */
  PackageIndex() throws IOException {
    this("127.0.0.1");
  }

  /** Serves on an address of this machine. */
  PackageIndex(String address) throws IOException {
    this.server = serve(address);
  }

  /** Returns the code of a function that needs fobsample. Its result is "from the index". */
  static String code(String requirement) {
    return """
    # /// script
    # dependencies = ["%s"]
    # ///
    import fobsample

    def callme():
        return fobsample.WHO
    """
        .formatted(requirement);
  }

  /** The same for foblarge. */
  static String largeCode() {
    return code(LARGE).replace(SMALL, LARGE);
  }

  /** Replaces the files of all packages. */
  void replaceFiles(String newWho) {
    who = newWho;
  }

  String url() {
    InetSocketAddress address = server.getAddress();
    return "http://%s:%d/simple"
        .formatted(address.getAddress().getHostAddress(), address.getPort());
  }

  private byte[] wheel(String name) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      String info = name + "-1.2.dist-info/";
      add(zip, name + ".py", "WHO = '%s'\n".formatted(who));
      add(
          zip,
          info + "METADATA",
          "Metadata-Version: 2.1\nName: %s\nVersion: 1.2\n".formatted(name));
      add(zip, info + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
      String record =
          "%s.py,,\n%sMETADATA,,\n%sWHEEL,,\n%sRECORD,,\n".formatted(name, info, info, info);
      if (name.equals(LARGE)) {
        zip.putNextEntry(entry(name + ".bin"));
        byte[] random = new byte[LARGE_BYTES];
        new Random(1).nextBytes(random);
        zip.write(random);
        record += name + ".bin,,\n";
      }
      add(zip, info + "RECORD", record);
    }
    return bytes.toByteArray();
  }

  /** The same at any time, so that a wheel always has the same hash. */
  private static ZipEntry entry(String path) {
    ZipEntry entry = new ZipEntry(path);
    entry.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
    return entry;
  }

  private static void add(ZipOutputStream zip, String path, String text) throws IOException {
    zip.putNextEntry(entry(path));
    zip.write(text.getBytes(UTF_8));
  }

  /** Serves the simple index. */
  private HttpServer serve(String address) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(address, 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          String name = path.contains(LARGE) ? LARGE : SMALL;
          boolean isKnown = path.contains("/" + name);
          boolean isFile = path.endsWith(".whl");
          String file = name + "-1.2-py3-none-any.whl";
          byte[] page = "<a href=\"/files/%s\">%s</a>".formatted(file, file).getBytes(UTF_8);
          byte[] body = !isKnown ? "none".getBytes(UTF_8) : isFile ? wheel(name) : page;
          exchange.getResponseHeaders().set("Content-Type", "text/html");
          exchange.sendResponseHeaders(isKnown ? 200 : 404, body.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
          }
        });
    server.start();
    return server;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
