package fob.driver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SchemaIT {

  private static Answer ask(String code) throws IOException {
    try (DriverProcess driver = DriverProcess.start(code)) {
      return driver.client().get("/schema");
    }
  }

  @Test
  void typesBecomeSchemas() throws IOException {
    // When
    JsonNode schema =
        ask("""
        import java.math.*;
        import java.util.*;
        import java.util.concurrent.CompletableFuture;
        public class All {
          static { if (true) System.out.println("loaded"); }
          enum Kind { SMALL, LARGE; static { System.out.println("not run"); } }
          record Point(int x, Optional<String> name, List<Point> next) {}
          static CompletableFuture<Map<String, Point>> callme(long number, Double real, boolean flag, char sign,
              BigInteger big, BigDecimal decimal, Kind kind, Point point, Set<String> set, int[][] arrays,
              Map<String, Integer> map, Optional<List<? extends Number>> optional, Object any, List raw) {
            return null;
          }
        }
        """)
            .json();

    // Then
    String point =
        "{'type':'object','properties':{'x':{'type':'integer'},'name':{'anyOf':[{'type':'string'},{'type':'null'}]},"
            + "'next':{'type':'array','items':{'type':'object'}}},'required':['x','next'],'additionalProperties':false}";
    Map.of(
            "number", "{'type':'integer'}",
            "real", "{'type':'number'}",
            "flag", "{'type':'boolean'}",
            "sign", "{'type':'string'}",
            "big", "{'type':'integer'}",
            "decimal", "{'type':'number'}",
            "kind", "{'enum':['SMALL','LARGE']}",
            "point", point,
            "set", "{'type':'array','items':{'type':'string'}}",
            "arrays", "{'type':'array','items':{'type':'array','items':{'type':'integer'}}}")
        .forEach((name, expected) ->
            assertThat(property(schema, name)).as(name).isEqualTo(Json.of(expected)));
    Map.of(
            "map", "{'type':'object','additionalProperties':{'type':'integer'}}",
            "optional", "{'anyOf':[{'type':'array','items':{'type':'number'}},{'type':'null'}]}",
            "any", "{}",
            "raw", "{'type':'array'}")
        .forEach((name, expected) ->
            assertThat(property(schema, name)).as(name).isEqualTo(Json.of(expected)));
    assertThat(schema.at("/parameters/required").toString())
        .contains("\"raw\"")
        .doesNotContain("optional");
    assertThat(schema.path("result"))
        .isEqualTo(Json.of("{'type':'object','additionalProperties':" + point + "}"));
  }

  private static JsonNode property(JsonNode schema, String name) {
    return schema.path("parameters").path("properties").path(name);
  }

  @Test
  void aTypeThatHoldsItselfOftenIsBounded() throws IOException {
    // Given
    String records =
        IntStream.range(0, 12)
            .mapToObj(i -> "record R%d(R%d a, R%d b) {}".formatted(i, i + 1, i + 1))
            .collect(Collectors.joining("\n"));

    // When
    Answer answer =
        ask(
            "public class F {\n"
                + records
                + "\nrecord R12() {}\nstatic int callme(R0 r) { return 1; } }");

    // Then
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().at("/parameters/properties/r/properties/b").isObject()).isTrue();
  }

  @Test
  void thereIsNoSchemaWithoutFunction() throws IOException {
    assertThat(ask("int callme( {").status()).isEqualTo(503);
  }
}
