package fob.standalone;

import static fob.standalone.Problems.assertCallProblem;
import static fob.standalone.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Invalid calls are refused before the function runs, with a message about what is wrong. */
@Timeout(120)
@ExtendWith(SharedFob.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadCallIT {

  private static final String ADD = "bad-call-add";
  private static final int LIMIT = 1024 * 1024;

  private final FobClient fob;

  BadCallIT(FobClient fob) {
    this.fob = fob;
  }

  @BeforeAll
  void register() {
    fob.register("name=" + ADD, Repository.example("add.py"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"5f64cd9e-7c5d-4c3a-9a9b-0d3c5e1f2a3b", "no-such-name", "not%20a%20name", "%3F"})
  void unknownFunctionIsNotFound(String function) {
    assertCallProblem(fob.get("/api/call/" + function), 404, "gateway", "not-found");
    assertCallProblem(fob.call(function, "{}"), 404, "gateway", "not-found");
    assertProblem(fob.get("/api/meta/" + function), 404, "gateway", "not-found");
    assertProblem(fob.get("/api/cs/" + function), 404, "gateway", "not-found");
    assertProblem(fob.delete("/api/gen/" + function), 404, "gateway", "not-found");
  }

  @Test
  void missingParametersAreNamed() {
    // When
    Answer answer = fob.get("/api/call/" + ADD + "?param2:1");

    // Then
    assertCallProblem(answer, 422, "function", "bad-parameters");
    assertThat(answer.at("/detail")).contains("missing param1", "callme(param1, param2)");
    assertThat(answer.json().at("/error/missing")).hasToString("[\"param1\"]");
    assertThat(answer.json().at("/error/unexpected")).hasToString("[]");
  }

  @Test
  void unexpectedParametersAreNamed() {
    // When
    Answer answer = fob.call(ADD, "{\"param1\":1,\"param2\":2,\"param3\":3}");

    // Then
    assertCallProblem(answer, 422, "function", "bad-parameters");
    assertThat(answer.at("/detail")).contains("unexpected param3");
    assertThat(answer.json().at("/error/unexpected")).hasToString("[\"param3\"]");
  }

  @ParameterizedTest
  @CsvSource({
    "param1, 'the query ''param1'''",
    "'a:1,b', 'parameter 2, ''b'''",
    "'a:1,:2', 'parameter 2, '':2'''",
    "'a:1,', 'parameter 2'",
    "a=1&&b=2, 'parameter 2'",
    "'a:1,b:%zz', 'parameter 2, ''b:%zz'''",
    "'a:1,a:2', 'parameter 2, ''a'': given twice'"
  })
  void malformedQueryIsRefusedWithThePlace(String query, String place) {
    // When
    Answer answer = RawHttp.get(fob.url(), "/api/call/" + ADD + "?" + query);

    // Then
    assertCallProblem(answer, 400, "gateway", "bad-request");
    assertThat(answer.at("/detail")).contains(place);
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"param1\":1,', line 1",
    "'{\"param1\":1,\n \"param2\":}', line 2",
    "'{\"param1\":1} {}', column",
    "'{\"param1\":1,\"param1\":2}', param1",
    "'{''param1'':1}', 'line 1, column 2'"
  })
  void malformedJsonIsRefusedWithThePlace(String json, String place) {
    // When
    Answer answer = fob.call(ADD, json);

    // Then
    assertCallProblem(answer, 400, "invoker", "bad-request");
    assertThat(answer.at("/detail")).contains(place);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "9"})
  void jsonOverTheParsersBoundsIsRefused(String repeated) {
    // Given
    String json = "{\"param1\":" + repeated.repeat(5000);

    // When
    Answer answer = fob.call(ADD, json);

    // Then
    assertCallProblem(answer, 400, "invoker", "bad-request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1,2]", "null", "1", "\"param1\"", " ", "\n"})
  void jsonThatIsNoObjectIsRefused(String json) {
    // When
    Answer answer = fob.call(ADD, json);

    // Then
    assertCallProblem(answer, 400, "invoker", "bad-request");
    assertThat(answer.at("/detail")).contains("expected a JSON object");
  }

  @Test
  void bodyOfUnreadableContentTypeIsNotTakenForADriversOwnRequest() {
    // When
    Answer answer =
        fob.post(
            "/api/call/" + ADD,
            "{\"value\":{\"param1\":1,\"param2\":2},\"request_id\":\"forged\"}",
            "Content-Type",
            "garbage");

    // Then
    assertThat(answer.status()).as(answer.toString()).isIn(400, 415, 422);
  }

  @Test
  void queryOfAPostReachesTheFunctionWithItsBody() {
    // Given
    String json = "{\"param1\":1}";

    // When
    Answer both = fob.call(ADD + "?param2=41", json);
    Answer queryAlone =
        fob.send("POST", "/api/call/" + ADD + "?param1=1&param2=1", BodyPublishers.noBody());
    Answer twice = fob.call(ADD + "?param1=1&param2=41", json);

    // Then
    assertThat(both.text()).isEqualTo("{\"result\":42}");
    assertThat(queryAlone.text()).isEqualTo("{\"result\":2}");
    assertCallProblem(twice, 400, "gateway", "bad-request");
    assertThat(twice.at("/detail")).contains("'param1' is given twice");
  }

  @Test
  void functionThatDoesNotTakeARawBodySaysWhatCameAndWhatToSend() {
    // When
    Answer answer =
        fob.post(
            "/api/call/" + ADD,
            "{\"param1\":1,\"param2\":2}",
            "Content-Type",
            "application/x-www-form-urlencoded");

    // Then
    assertCallProblem(answer, 422, "function", "bad-parameters");
    assertThat(answer.at("/detail"))
        .contains("application/x-www-form-urlencoded", "application/json", "--json");
  }

  @Test
  void emptyBodyWithAContentTypeReachesTheFunctionAsAnEmptyBody() {
    // Given
    String function = fob.register("", "def callme(body):\n    return len(body)\n");

    // When
    Answer answer = fob.post("/api/call/" + function, "", "Content-Type", "text/plain");

    // Then
    assertThat(answer.text()).isEqualTo("{\"result\":0}");
  }

  @Test
  void malformedPreferenceIsRefusedBeforeTheFunctionRuns() {
    assertCallProblem(
        fob.get("/api/call/" + ADD + "?param1=1&param2=1", "Prefer", "wait=abc"),
        400,
        "gateway",
        "bad-request");
  }

  @Test
  void payloadOverTheLimitIsRefusedWithTheLimit() {
    // Given
    byte[] payload = new byte[LIMIT + 1];

    // When
    Answer sized = fob.send("POST", "/api/call/" + ADD, BodyPublishers.ofByteArray(payload));
    Answer chunked =
        fob.send(
            "POST",
            "/api/call/" + ADD,
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(payload)));

    // Then
    assertCallProblem(sized, 413, "gateway", "too-large");
    assertThat(sized.at("/detail")).contains(String.valueOf(LIMIT));
    assertCallProblem(chunked, 413, "gateway", "too-large");
    assertThat(chunked.at("/detail")).contains(String.valueOf(LIMIT));
  }

  @Test
  void payloadOfTheLimitIsTaken() {
    // Given
    String function = fob.register("", "def callme(body):\n    return len(body)\n");

    // When
    Answer answer =
        fob.send(
            "POST",
            "/api/call/" + function,
            BodyPublishers.ofByteArray(new byte[LIMIT]),
            "Content-Type",
            "application/octet-stream");

    // Then
    assertThat(answer.text()).isEqualTo("{\"result\":" + LIMIT + "}");
  }

  @Test
  void unknownPathIsNotFound() {
    // When
    Answer answer = fob.get("/api/nothing");

    // Then
    assertProblem(answer, 404, "gateway", "no-such-path");
    assertThat(answer.at("/detail")).contains("/api/nothing");
  }

  @Test
  void wrongMethodIsToldWithThoseThatAreAllowed() {
    // When
    Answer answer = fob.send("PUT", "/api/gen", BodyPublishers.noBody());

    // Then
    assertProblem(answer, 405, "gateway", "method-not-allowed");
    assertThat(answer.at("/detail")).contains("/api/gen", "PUT");
    assertThat(answer.header("Allow")).contains("POST");
  }

  @ParameterizedTest
  @CsvSource({"/api/meta/%00, 400", "/api/meta/%zz, 400"})
  void malformedPathIsAProblemLikeAnyOther(String path, int status) {
    // When
    Answer answer = RawHttp.get(fob.url(), path);

    // Then
    assertProblem(answer, status, "gateway", "bad-request");
  }

  @Test
  void queryOverTheLimitIsAProblemLikeAnyOther() {
    // When
    Answer answer = fob.get("/api/call/" + ADD + "?param1=" + "1".repeat(100_000));

    // Then
    assertThat(answer.status()).isIn(414, 431);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
  }
}
