package fob.gateway.docs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.gateway.http.ClassPathFiles;
import fob.gateway.http.Problem;
import fob.gateway.http.StaticFile;
import fob.service.Version;
import io.javalin.http.Context;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Serves the OpenAPI document, and a page to read it and try it. All files of the page are in the
 * gateway's jars. Thread-safe.
 */
public final class DocsHandler {

  /** Swagger UI sets styles in its elements, and has images in its style sheet. */
  private static final String CONTENT_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** The files of the page, with their content types. */
  private static final Map<String, String> FILES =
      Map.of(
          "swagger-ui.css", "text/css; charset=utf-8",
          "swagger-ui-bundle.js", "text/javascript; charset=utf-8",
          "start.js", "text/javascript; charset=utf-8");

  private final byte[] document;
  private final Map<String, StaticFile> files = new ConcurrentHashMap<>();

  public DocsHandler() {
    ObjectNode json = (ObjectNode) Json.parse(own("openapi.json"));
    json.withObject("/info").put("version", Version.text().replaceFirst("^fob ", ""));
    this.document = Json.bytes(json);
  }

  /** The OpenAPI document. */
  public void document(Context http) {
    http.contentType("application/json").result(document);
  }

  /** The page. */
  public void page(Context http) {
    http.contentType("text/html; charset=utf-8")
        .header("Content-Security-Policy", CONTENT_POLICY)
        .result(own("index.html"));
  }

  /** A file of the page. */
  public void file(Context http) {
    String name = http.pathParam("file");
    String type =
        Optional.ofNullable(FILES.get(name))
            .orElseThrow(() ->
                Problem.ofGateway(
                    404,
                    "no-such-path",
                    "there is nothing at " + http.path() + "; GET /docs is a page"));
    files.computeIfAbsent(name, _ -> new StaticFile(type, read(name))).send(http);
  }

  private static byte[] read(String name) {
    return name.equals("start.js")
        ? own(name)
        : ClassPathFiles.library("org.webjars", "swagger-ui", name);
  }

  private static byte[] own(String name) {
    return ClassPathFiles.read("fob/gateway/docs/" + name);
  }
}
