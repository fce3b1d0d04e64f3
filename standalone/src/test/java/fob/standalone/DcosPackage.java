package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.mustachejava.DefaultMustacheFactory;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.Map;

/** Reads and renders a package of {@code dcos/universe/}. Thread-safe. */
final class DcosPackage {

  static final Path ROOT = Dcos.FOLDER.resolve("universe/repo/packages");

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private DcosPackage() {}

  /** Returns the defaults of all options. */
  static ObjectNode defaults(JsonNode schema, String path) {
    ObjectNode values = MAPPER.createObjectNode();
    assertThat(schema.path("additionalProperties").isBoolean()).as(path).isTrue();
    schema
        .path("properties")
        .properties()
        .forEach(entry -> {
          String name = path + "." + entry.getKey();
          JsonNode property = entry.getValue();
          assertThat(property.path("description").asText()).as(name).isNotBlank();
          values.set(entry.getKey(), value(property, name));
        });
    return values;
  }

  private static JsonNode value(JsonNode property, String name) {
    JsonNode standard = property.path("default");
    switch (property.path("type").asText()) {
      case "object" -> {
        return defaults(property, name);
      }
      case "string" -> assertThat(standard.isTextual()).as(name).isTrue();
      case "integer" -> assertThat(standard.isInt()).as(name).isTrue();
      case "number" -> assertThat(standard.isNumber()).as(name).isTrue();
      default -> throw new AssertionError(name + " has no type that is known here");
    }
    return standard;
  }

  /** Renders like the package manager of DC/OS: mustache, with values escaped as in JSON. */
  static String render(String service, Map<String, String> options) {
    ObjectNode values = defaults(json(service, "config.json"), service);
    values.set("resource", json(service, "resource.json"));
    options.forEach((path, text) -> {
      int name = path.lastIndexOf('/');
      JsonNode parent = values.at(path.substring(0, name));
      assertThat(parent.has(path.substring(name + 1))).as("the option " + path).isTrue();
      ((ObjectNode) parent).put(path.substring(name + 1), text);
    });
    StringWriter rendered = new StringWriter();
    new JsonMustache()
        .compile(new StringReader(text(service, "marathon.json.mustache")), service)
        .execute(rendered, MAPPER.convertValue(values, Map.class));
    return rendered.toString();
  }

  private static final class JsonMustache extends DefaultMustacheFactory {
    @Override
    public void encode(String value, Writer writer) {
      try {
        String quoted = MAPPER.writeValueAsString(value);
        writer.write(quoted, 1, quoted.length() - 2);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  static String text(String service, String file) {
    return Dcos.text(ROOT.resolve("F/fob-" + service + "/0").resolve(file));
  }

  static JsonNode json(String service, String file) {
    return Dcos.json(text(service, file));
  }
}
