package fob.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** An index of Python packages on this machine, with one package: fobsample 1.2. */
final class PackageIndex implements AutoCloseable {

  private static final String WHEEL = "fobsample-1.2-py3-none-any.whl";

  private final HttpServer server;

  /** Serves on the loopback address. */
  PackageIndex() throws IOException {
    this("127.0.0.1");
  }

  /** Serves on an address of this machine. */
  PackageIndex(String address) throws IOException {
    this.server = serve(address);
  }

  /** Returns the code of a function that needs a package. Its result is "from the index". */
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

  String url() {
    InetSocketAddress address = server.getAddress();
    return "http://%s:%d/simple"
        .formatted(address.getAddress().getHostAddress(), address.getPort());
  }

  private static byte[] wheel() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      String info = "fobsample-1.2.dist-info/";
      add(zip, "fobsample.py", "WHO = 'from the index'\n");
      add(zip, info + "METADATA", "Metadata-Version: 2.1\nName: fobsample\nVersion: 1.2\n");
      add(zip, info + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
      add(
          zip,
          info + "RECORD",
          "fobsample.py,,\n%sMETADATA,,\n%sWHEEL,,\n%sRECORD,,\n".formatted(info, info, info));
    }
    return bytes.toByteArray();
  }

  private static void add(ZipOutputStream zip, String path, String text) throws IOException {
    zip.putNextEntry(new ZipEntry(path));
    zip.write(text.getBytes(UTF_8));
  }

  /** Serves the simple index of one package. */
  private static HttpServer serve(String address) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(address, 0), 0);
    byte[] wheel = wheel();
    byte[] page = "<a href=\"/files/%s\">%s</a>".formatted(WHEEL, WHEEL).getBytes(UTF_8);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          boolean isFile = path.endsWith(WHEEL);
          boolean isKnown = isFile || path.startsWith("/simple/fobsample");
          byte[] body = isFile ? wheel : isKnown ? page : "none".getBytes(UTF_8);
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
