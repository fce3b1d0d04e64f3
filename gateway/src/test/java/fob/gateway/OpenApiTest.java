package fob.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fob.access.Role;
import fob.bus.wire.Json;
import fob.gateway.http.Operation;
import fob.gateway.http.RouteTable;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The OpenAPI document has the routes of the gateway, and their parameters, and nothing else. */
class OpenApiTest {

  /** The document says once for all of them that these work. */
  private static final Set<HandlerType> DERIVED = Set.of(HandlerType.HEAD, HandlerType.OPTIONS);

  private static final JsonNode DOCUMENT = document();

  private static final Map<String, List<RouteTable.Row>> ROUTES =
      new Routes(Optional::empty, Optional::empty, Optional::empty).table().rows();

  private static JsonNode document() {
    try (InputStream file = OpenApiTest.class.getResourceAsStream("docs/openapi.json")) {
      return Json.parse(Objects.requireNonNull(file).readAllBytes());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode operation(String path, HandlerType method) {
    return DOCUMENT.path("paths").path(path).path(method.name().toLowerCase(Locale.ROOT));
  }

  /** The parameters of an operation, with those that it refers to. */
  private static List<JsonNode> parameters(JsonNode operation) {
    return StreamSupport.stream(operation.path("parameters").spliterator(), false)
        .map(parameter ->
            parameter.has("$ref")
                ? DOCUMENT.at(parameter.path("$ref").asText().substring(1))
                : parameter)
        .toList();
  }

  private static Set<String> names(JsonNode operation, String in) {
    return parameters(operation).stream()
        .filter(parameter -> parameter.path("in").asText().equals(in))
        .map(parameter -> parameter.path("name").asText())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyRouteIsInTheDocumentAndNoOther() {
    Map<String, Set<String>> routes = new TreeMap<>();
    ROUTES.forEach((path, rows) -> {
      for (RouteTable.Row row : rows) {
        row.operation().methods().stream()
            .filter(method -> !DERIVED.contains(method))
            .forEach(method ->
                routes
                    .computeIfAbsent(path, _ -> new TreeSet<>())
                    .add(method.name().toLowerCase(Locale.ROOT)));
      }
    });
    Map<String, Set<String>> documented = new TreeMap<>();
    DOCUMENT
        .path("paths")
        .properties()
        .forEach(path -> {
          Set<String> methods = new TreeSet<>();
          path.getValue().fieldNames().forEachRemaining(methods::add);
          documented.put(path.getKey(), methods);
        });

    assertThat(documented).isEqualTo(routes);
  }

  @Test
  void everyParameterAndTheNeededRoleAreInTheDocument() {
    ROUTES.forEach((path, rows) -> {
      for (RouteTable.Row row : rows) {
        Operation operation = row.operation();
        for (HandlerType method : operation.methods()) {
          if (DERIVED.contains(method)) {
            continue;
          }
          JsonNode documented = operation(path, method);
          String place = method + " " + path;
          Set<String> inPath = new TreeSet<>();
          for (String part : path.split("/", -1)) {
            if (part.startsWith("{")) {
              inPath.add(part.substring(1, part.length() - 1));
            }
          }
          assertThat(names(documented, "path")).as(place).isEqualTo(inPath);
          operation
              .queryNames()
              .ifPresent(
                  names -> assertThat(names(documented, "query")).as(place).isEqualTo(names));
          assertThat(documented.has("requestBody")).as(place).isEqualTo(operation.takesBody());
          assertThat(documented.path("security").at("/0/key/0").asText())
              .as(place)
              .isEqualTo(row.needed().map(Role::label).orElse(""));
        }
      }
    });
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    List<String> references = DOCUMENT.findValuesAsText("$ref");
    assertThat(references).isNotEmpty();
    assertThat(references)
        .allSatisfy(reference ->
            assertThat(DOCUMENT.at(reference.substring(1)).isMissingNode())
                .as(reference)
                .isFalse());
  }

  @Test
  void operationsHaveIdsOfTheirOwn() {
    assertThat(DOCUMENT.path("paths").findValuesAsText("operationId")).doesNotHaveDuplicates();
  }
}
