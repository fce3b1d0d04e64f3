package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Functions describe themselves, each in the way of its language. */
@Timeout(240)
@ExtendWith(SharedFob.class)
class SchemaIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String INTEGERS =
      "{'type':'object','properties':{'a':{'type':'integer'},'b':{'type':'integer'%s}},'required':[%s],"
          + "'additionalProperties':false}";

  private final FobClient fob;

  SchemaIT(SharedFob.Running running) {
    this.fob = running.client();
  }

  private static JsonNode json(String text) {
    return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  /** Waits until a function has a schema, which comes a little after it is ready. */
  private JsonNode schemaOf(String id) {
    await().atMost(SOON).until(() -> fob.get("/api/meta/" + id).json().has("schema"));
    return fob.get("/api/meta/" + id).json().path("schema");
  }

  private JsonNode callOf(String id) {
    Answer answer = fob.get("/api/schema/" + id);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return answer.json().at("/paths/~1api~1call~1" + id + "/post");
  }

  @Test
  void pythonTellsSignatureTypesAndDocstring() {
    // Given
    String id =
        fob.register(
            "lang=python",
            """
            def callme(a: int, b: int = 2) -> list[str]:
                \"""Adds two numbers.

                Args:
                    a: the first
                \"""
                return [str(a + b)]
            """);

    // When
    JsonNode schema = schemaOf(id);
    JsonNode call = callOf(id);

    // Then
    assertThat(schema)
        .isEqualTo(
            json(
                "{'description':'Adds two numbers.','parameters':{'type':'object','properties':"
                    + "{'a':{'type':'integer','description':'the first'},'b':{'type':'integer','default':2}},"
                    + "'required':['a'],'additionalProperties':false},"
                    + "'result':{'type':'array','items':{'type':'string'}}}"));
    assertThat(call.path("description").asText()).isEqualTo("Adds two numbers.");
    assertThat(call.at("/requestBody/content/application~1json/schema"))
        .isEqualTo(schema.path("parameters"));
    assertThat(call.at("/responses/200/content/application~1json/schema/properties/result"))
        .isEqualTo(schema.path("result"));
  }

  @Test
  void nodeTellsItsNamesDefaultsAndJsDoc() {
    // Given
    String id =
        fob.register(
            "lang=node",
            """
            /**
             * Adds two numbers.
             * @param {integer} options.a
             * @param {integer} options.b
             */
            export function callme({ a, b = 2 }) { return a + b; }
            """);

    // When, Then
    assertThat(schemaOf(id))
        .isEqualTo(
            json(
                "{'description':'Adds two numbers.','parameters':"
                    + INTEGERS.formatted(",'default':2", "'a'")
                    + "}"));
  }

  @Test
  void javaTellsItsTypes() {
    // Given
    String id = fob.register("lang=java", "int callme(int a, long b) { return a + (int) b; }");

    // When, Then
    assertThat(schemaOf(id))
        .isEqualTo(
            json(
                "{'parameters':"
                    + INTEGERS.formatted("", "'a','b'")
                    + ",'result':{'type':'integer'}}"));
  }

  @Test
  void aFunctionThatDoesNotSayWhatItTakesTakesAnyObject() {
    // Given
    String id = fob.register("lang=shell", "#!/bin/sh\necho 1\n");
    await().atMost(SOON).until(() -> fob.status(id).equals("ready"));

    // When, Then
    assertThat(callOf(id).at("/requestBody/content/application~1json/schema"))
        .isEqualTo(json("{'type':'object'}"));
    assertThat(fob.get("/api/meta/" + id).json().has("schema")).isFalse();
    assertThat(fob.get("/api/schema/nosuch").status()).isEqualTo(404);
  }
}
