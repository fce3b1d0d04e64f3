package fob.standalone;

import static fob.standalone.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Invalid registrations are refused, or the function fails, with the reason. */
@Timeout(120)
@ExtendWith(SharedFob.class)
class BadRegistrationIT {

  private static final String CODE = "def callme():\n    return 1\n";
  private static final int LIMIT = 1024 * 1024;

  private final FobClient fob;

  BadRegistrationIT(FobClient fob) {
    this.fob = fob;
  }

  @Test
  void unknownLanguageIsRefusedWithThoseThatExist() {
    // When
    Answer answer = fob.post("/api/gen?lang=cobol", CODE);

    // Then
    assertProblem(answer, 422, "gateway", "unknown-language");
    assertThat(answer.at("/detail")).contains("lang='cobol'", "python");
  }

  @Test
  void imageIsRefusedWhereFunctionsAreNoContainers() {
    // When
    Answer answer = fob.post("/api/gen?image=some/image", CODE);

    // Then
    assertProblem(answer, 422, "gateway", "no-images");
    assertThat(answer.at("/detail"))
        .contains("image=some/image: the platform 'process' runs no images", "the platform docker");
  }

  @Test
  void whatTheMachineCannotHoldIsRefusedWithTheNumbers() {
    // When
    Answer answer = fob.post("/api/gen?instances=100&memory=16384", CODE);

    // Then
    assertProblem(answer, 422, "gateway", "over-capacity");
    assertThat(answer.at("/detail"))
        .startsWith("instances=100 with memory=16384 need 1638400 MiB, and the platform 'process'");
  }

  @Test
  void functionsThatHaveFailedAreListedWithTheReasonAndRemovedByOneCall() {
    // Given
    String failed = fob.post("/api/gen", "def callme(:", "Prefer", "wait=60").at("/id");
    String works = fob.register("name=stays", CODE);
    assertThat(details(failed).path("status").asText()).isEqualTo("failed");
    assertThat(details(failed).path("reason").asText()).isNotEmpty();
    assertThat(details(works).toString())
        .startsWith(
            "{\"id\":\"%s\",\"name\":\"stays\",\"version\":1,\"language\":\"python\",\"status\":\"ready\",\"weight\":100,\"instances\":1,\"registered\":\""
                .formatted(works));

    // When
    Answer removed = fob.delete("/api/gen?status=failed");

    // Then
    assertThat(removed.status()).isEqualTo(200);
    assertThat(removed.json().path("removed"))
        .extracting(JsonNode::asText)
        .contains(failed)
        .doesNotContain(works);
    assertThat(details(failed).isMissingNode()).isTrue();
    assertThat(fob.status(works)).isEqualTo("ready");
    assertProblem(fob.delete("/api/gen"), 400, "gateway", "bad-request");
  }

  private JsonNode details(String id) {
    for (JsonNode each : fob.get("/api/stats").json().path("details")) {
      if (each.path("id").asText().equals(id)) {
        return each;
      }
    }
    return MissingNode.getInstance();
  }

  @ParameterizedTest
  @CsvSource(value = {"''", "' \n\t\n'"})
  void emptyCodeIsRefused(String code) {
    // When
    Answer answer = fob.post("/api/gen", code);

    // Then
    assertProblem(answer, 400, "gateway", "empty-code");
  }

  @Test
  void codeOverTheLimitIsRefusedWithTheLimit() {
    // Given
    byte[] code = new byte[LIMIT + 1];

    // When
    Answer sized = fob.send("POST", "/api/gen", BodyPublishers.ofByteArray(code));
    Answer chunked =
        fob.send(
            "POST", "/api/gen", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(code)));

    // Then
    assertProblem(sized, 413, "gateway", "too-large");
    assertThat(sized.at("/detail")).contains(String.valueOf(LIMIT));
    assertProblem(chunked, 413, "gateway", "too-large");
    assertThat(chunked.at("/detail")).contains(String.valueOf(LIMIT));
  }

  @Test
  void codeOfTheLimitIsTaken() {
    // Given
    String code = CODE + "#".repeat(LIMIT - CODE.length());

    // When
    String id = fob.register("", code);

    // Then
    assertThat(fob.get("/api/call/" + id).text()).isEqualTo("{\"result\":1}");
    assertThat(fob.get("/api/cs/" + id).text()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({
    "timeout=5, timeout='5'",
    "timeout=99ms, timeout='99ms'",
    "timeout=16m, timeout='16m'",
    "concurrency=0, concurrency='0'",
    "concurrency=1.5, concurrency='1.5'",
    "memory=31, memory='31'",
    "memory=128MB, memory='128MB'",
    "instances=101, instances='101'",
    "network=maybe, network='maybe'",
    "name=Add, name='Add'",
    "name=5f64cd9e-7c5d-4c3a-9a9b-0d3c5e1f2a3b, name='5f64cd9e",
    "bogus=1, 'bogus'",
    "memory, memory",
    "memory=64&memory=64, given twice"
  })
  void badSettingIsRefusedByName(String settings, String named) {
    // When
    Answer answer = fob.post("/api/gen?" + settings, CODE);

    // Then
    assertProblem(answer, 400, "gateway", "bad-settings");
    assertThat(answer.at("/detail")).contains(named);
  }

  @Test
  void everyBadSettingIsToldAtOnce() {
    // When
    Answer answer = fob.post("/api/gen?timeout=x&memory=y&bogus=z", CODE);

    // Then
    assertProblem(answer, 400, "gateway", "bad-settings");
    assertThat(answer.at("/detail")).contains("timeout='x'", "memory='y'", "'bogus'");
  }

  @Test
  void codeThatDoesNotLoadFailsWithItsErrorAndLine() {
    // Given
    String code = "x = 1\n\nimport no_such_module\n" + CODE;

    // When
    Answer answer = fob.post("/api/gen", code, "Prefer", "wait=60");

    // Then
    assertProblem(answer, 422, "function", "not-ready");
    assertThat(answer.at("/detail")).contains("No module named 'no_such_module'");
    assertThat(answer.at("/error/type")).isEqualTo("ModuleNotFoundError");
    assertThat(answer.json().at("/error/stack").toString())
        .contains("function.py", "line 3", "import no_such_module")
        .doesNotContain("driver", "fobdriver", "importlib");
    Answer meta = fob.get("/api/meta/" + answer.at("/id"));
    assertThat(meta.at("/status")).isEqualTo("failed");
    assertThat(meta.at("/reason")).contains("No module named 'no_such_module'");
    assertThat(meta.at("/type")).isEqualTo("ModuleNotFoundError");
    assertThat(meta.json().path("stack").toString()).contains("line 3");
  }

  @Test
  void callOfAFunctionThatDoesNotLoadGetsTheReasonAtOnce() {
    // Given
    String id = fob.post("/api/gen?timeout=60s", "def callme(:\n").at("/id");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(fob.status(id)).isEqualTo("failed"));

    // When
    Answer answer = fob.get("/api/call/" + id);

    // Then
    assertProblem(answer, 503, "function", "not-ready");
    assertThat(answer.at("/error/type")).isEqualTo("SyntaxError");
    assertThat(answer.json().at("/error/stack").toString()).contains("line 1");
    assertThat(answer.took()).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void callThatWaitsForAFunctionGetsTheReasonOnceThatFails() {
    // Given
    String id =
        fob.post("/api/gen?lang=python&timeout=60s", "import time\ntime.sleep(1)\n1/0\n").at("/id");

    // When
    Answer answer = fob.get("/api/call/" + id);

    // Then
    assertProblem(answer, 503, "function", "not-ready");
    assertThat(answer.at("/error/type")).isEqualTo("ZeroDivisionError");
    assertThat(answer.took()).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void codeWithoutCallmeFailsAndSaysSo() {
    // When
    Answer answer =
        fob.post("/api/gen?lang=python", "def call_me():\n    return 1\n", "Prefer", "wait=60");

    // Then
    assertProblem(answer, 422, "function", "not-ready");
    assertThat(answer.at("/detail")).contains("no function callme");
    Answer called = fob.get("/api/call/" + answer.at("/id"));
    assertProblem(called, 503, "function", "not-ready");
    assertThat(called.at("/detail")).contains("no function callme");
  }

  @Test
  void codeThatEndsItsProcessAtLoadFailsWithItsLastWords() {
    // Given
    String code = "import os\nos.write(2, b'farewell\\n')\nos._exit(3)\n" + CODE;

    // When
    Answer answer = fob.post("/api/gen", code, "Prefer", "wait=60");

    // Then
    assertProblem(answer, 422, "function", "not-ready");
    assertThat(answer.at("/detail")).contains("exit code 3", "farewell");
    fob.delete("/api/gen/" + answer.at("/id"));
  }
}
