package fob.gateway.docs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.gateway.http.Problem;
import fob.service.Version;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;

/**
 * Serves the OpenAPI document, and a page to read it and try it. All files of the page are in the
 * gateway's jars. Thread-safe.
 */
public final class DocsHandler {

  private static final String LIBRARY = "META-INF/maven/org.webjars/swagger-ui/pom.properties";

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
  private final String libraryVersion;

  public DocsHandler() {
    ObjectNode json = (ObjectNode) Json.parse(own("openapi.json"));
    json.withObject("/info").put("version", Version.text().replaceFirst("^fob ", ""));
    this.document = Json.bytes(json);
    Properties library = new Properties();
    try (InputStream file = open(LIBRARY)) {
      library.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.libraryVersion = library.getProperty("version");
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
    String type = FILES.get(name);
    if (type == null) {
      throw Problem.ofGateway(
          404, "no-such-path", "there is nothing at " + http.path() + "; GET /docs is a page");
    }
    http.contentType(type)
        .header("Cache-Control", "max-age=3600")
        .result(name.equals("start.js") ? own(name) : library(name));
  }

  private byte[] library(String name) {
    return bytes(
        open("META-INF/resources/webjars/swagger-ui/%s/%s".formatted(libraryVersion, name)));
  }

  private static byte[] own(String name) {
    return bytes(open("fob/gateway/docs/" + name));
  }

  private static InputStream open(String resource) {
    InputStream file = DocsHandler.class.getClassLoader().getResourceAsStream(resource);
    if (file == null) {
      throw new IllegalStateException("the class path has no " + resource);
    }
    return file;
  }

  private static byte[] bytes(InputStream file) {
    try (file) {
      return file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
