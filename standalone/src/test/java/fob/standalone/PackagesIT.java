package fob.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import fob.deployer.Platforms;
import fob.service.FileTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Packages of Python, with the real installer and an index on this machine. */
@Timeout(180)
class PackagesIT {

  private static final String WHEEL = "fobsample-1.2-py3-none-any.whl";

  private static final String CODE =
      """
      # /// script
      # dependencies = ["%s"]
      # ///
      import fobsample

      def callme():
          return fobsample.WHO
      """;

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
  private static HttpServer index() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
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

  @Test
  void aPackageOfTheIndexIsInstalledAndOneThatIsMissingIsNamed() throws Exception {
    Path data = Files.createTempDirectory("fobtest");
    HttpServer index = index();
    String url = "http://127.0.0.1:" + index.getAddress().getPort() + "/simple";
    LocalPlatform platform =
        LocalPlatform.of(
            Platforms.PROCESS, Map.of("FOB_PIP_INDEX_URL", url, "FOB_FUNCTION_NETWORK", "host"));
    try (Standalone fob =
            Standalone.start(
                new Standalone.Options(
                    data.resolve("data"), "127.0.0.1", "", 0, 0, Repository.DRIVERS, platform));
        FobClient client = new FobClient(fob.url())) {
      // When
      String id = client.register("", CODE.formatted("fobsample>=1"));
      Answer missing =
          client.post("/api/gen", CODE.formatted("fobmissing==3"), "Prefer", "wait=50");

      // Then
      assertThat(client.get("/api/call/" + id).text()).isEqualTo("{\"result\":\"from the index\"}");
      Problems.assertProblem(missing, 422, "function", "not-ready");
      assertThat(missing.at("/detail")).contains("dependencies cannot be installed", "fobmissing");
    } finally {
      index.stop(0);
      FileTree.delete(data);
    }
  }
}
