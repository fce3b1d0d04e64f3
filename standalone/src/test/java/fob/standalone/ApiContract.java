package fob.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import fob.bus.wire.Json;
import fob.gateway.docs.DocsHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** Holds answers of gateways against the OpenAPI document. Thread-safe. */
final class ApiContract {

  private static final String FILE = "openapi.json";
  private static final String PLACE = "classpath:fob/gateway/docs/" + FILE;
  private static final int NOT_ALLOWED = 405;

  private static final JsonNode DOCUMENT = document();
  private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDialect(Dialects.getOpenApi31());
  private static final Map<String, Schema> BY_POINTER = new ConcurrentHashMap<>();

  private ApiContract() {}

  private static JsonNode document() {
    try (InputStream file = DocsHandler.class.getResourceAsStream(FILE)) {
      return Json.parse(Objects.requireNonNull(file).readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fails if the document does not have such an answer. */
  static void check(String method, String target, Answer answer) {
    String path = target.replaceFirst("[?#].*", "");
    Optional<String> template = template(path);
    if (template.isEmpty() || method.equals("OPTIONS") || isOfAnotherService(path, answer)) {
      return;
    }
    String pointer = "/paths/" + template.get().replace("~", "~0").replace("/", "~1");
    String verb = method.equals("HEAD") ? "get" : method.toLowerCase(Locale.ROOT);
    JsonNode operation = DOCUMENT.at(pointer).path(verb);
    String place = method + " " + template.get() + " answered " + answer;
    if (operation.isMissingNode()) {
      assertThat(answer.status()).as(place).isBetween(400, 501);
      return;
    }
    assertThat(answer.status()).as(place).isNotEqualTo(NOT_ALLOWED);
    pointer += "/" + verb + "/responses/" + answer.status();
    JsonNode response = DOCUMENT.at(pointer);
    assertThat(response.isMissingNode())
        .as("the OpenAPI document has no such status: %s", place)
        .isFalse();
    if (response.has("$ref")) {
      pointer = response.path("$ref").asText().substring(1);
      response = DOCUMENT.at(pointer);
    }
    if (answer.body().length > 0) {
      checkBody(pointer, response, answer, place);
    }
  }

  /** Deployers and invokers answer these in text, gateways in JSON. */
  private static boolean isOfAnotherService(String path, Answer answer) {
    return (path.equals("/healthz") || path.equals("/readyz"))
        && answer.header("Content-Type").startsWith("text/plain");
  }

  private static void checkBody(String pointer, JsonNode response, Answer answer, String place) {
    String type = answer.header("Content-Type").replaceFirst(";.*", "").strip();
    assertThat(response.path("content").has(type))
        .as("the OpenAPI document has no such content type: %s", place)
        .isTrue();
    if (type.endsWith("json")) {
      Schema schema =
          BY_POINTER.computeIfAbsent(
              pointer + "/content/" + type.replace("/", "~1") + "/schema",
              at -> SCHEMAS.getSchema(SchemaLocation.of(PLACE + "#" + at)));
      assertThat(schema.validate(new String(answer.body(), UTF_8), InputFormat.JSON))
          .as("the answer does not fit its schema: %s", place)
          .isEmpty();
    }
  }

  /** The path of the document that a path is one of. */
  private static Optional<String> template(String path) {
    return DOCUMENT
        .path("paths")
        .propertyStream()
        .map(Map.Entry::getKey)
        .filter(template -> pattern(template).matcher(path).matches())
        .findFirst();
  }

  private static Pattern pattern(String template) {
    return Pattern.compile(template.replaceAll("\\{[^}]+}", "[^/]+"));
  }
}
