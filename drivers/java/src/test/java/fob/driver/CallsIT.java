package fob.driver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of one driver, because a start takes a second. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // set before the tests
class CallsIT {

  private DriverProcess driver;
  private Client client;

  @BeforeAll
  void start() throws IOException {
    driver =
        DriverProcess.start(
            Functions.all(), Map.of("FOB_TIMEOUT_MS", "20000", "FOB_MAX_RESULT_BYTES", "100000"));
    driver.awaitEvent("ready");
  }

  @AfterAll
  void stop() throws IOException {
    driver.close();
  }

  @BeforeEach
  void connect() throws IOException {
    client = driver.client();
  }

  private Answer refused(int status, String reason, String parameters) throws IOException {
    Answer answer = client.run(parameters);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
    assertThat(answer.error("reason")).as(answer.toString()).isEqualTo(reason);
    return answer;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'value':{'n':null,'t':true,'i':1180591620717411303424,'f':0.1,'l':[[],{}],'':' '}}",
        "{'value':'\u00fc\u20ac\ud83d\ude00\\u2028\\u0000'}",
        "{'number':-5,'big':9223372036854775807,'kind':'LARGE','flag':false}",
        "{'list':[1.0,2.5],'array':[1,2],'decimal':0.1}",
        "{'map':{'a':{'x':1,'name':'b'}}}"
      })
  void everyTypeArrivesAndReturns(String parameters) throws IOException {
    assertThat(client.run(parameters).result()).isEqualTo(Json.of(parameters));
  }

  @Test
  void anOptionalComponentMayBeMissing() throws IOException {
    assertThat(client.run("{'point':{'x':1}}").result())
        .isEqualTo(Json.of("{'point':{'x':1,'name':null}}"));
  }

  @Test
  void textsOfUrlsBecomeNumbers() throws IOException {
    assertThat(client.run("{'number':'41','big':'1','flag':'true'}").result())
        .isEqualTo(Json.of("{'number':41,'big':1,'flag':true}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{'number':'one'}|number must be Integer, but is the text \"one\"",
        "{'number':1.5}|number must be Integer",
        "{'number':2147483648}|number must be Integer",
        "{'point':{'x':1,'y':2}}|another member, y",
        "{'point':{}}|without the member x",
        "{'map':{'a':{'x':'z'}}}|map.a.x must be int",
        "{'kind':'OTHER'}|one of SMALL, LARGE",
        "{'point':{'x':-1}}|x is negative",
        "{'list':[1,'x']}|list[1] must be Double",
        "{'what':1}|what must be String"
      })
  void whatDoesNotFitIsRefusedWithItsPlace(String parameters, String said) throws IOException {
    assertThat(refused(422, "bad-parameters", parameters).error("message")).contains(said);
  }

  @Test
  void unexpectedParametersAreNamedWithTheSignature() throws IOException {
    // When
    Answer answer = refused(422, "bad-parameters", "{'other':1}");

    // Then
    assertThat(answer.json().at("/error/unexpected")).isEqualTo(Json.of("['other']"));
    assertThat(answer.json().at("/error/missing")).isEqualTo(Json.of("[]"));
    assertThat(answer.error("expected"))
        .startsWith("callme(Optional<String> what, Optional<Object> value");
  }

  @ParameterizedTest
  @CsvSource({
    "date,\"result['t'][0]\"",
    "key,result",
    "surrogate,result",
    "deep,DEEP",
    "loop,DEEP"
  })
  void resultsThatAreNotJsonAreNamedWithTheirPlace(String what, String where) throws IOException {
    String place = where.replace("\"", "").replace("DEEP", "result" + "[0]".repeat(20) + "\u2026");
    assertThat(refused(500, "result-not-json", "{'what':'" + what + "'}").error("where"))
        .isEqualTo(place);
  }

  @Test
  void errorsHaveTheUsersOwnLine() throws IOException {
    // When
    Answer answer = refused(500, "exception", "{'what':'throw'}");

    // Then
    assertThat(answer.error("type")).isEqualTo("java.lang.IllegalStateException");
    assertThat(answer.error("message")).contains("inner");
    assertThat(answer.json().at("/error/stack/0").asText())
        .matches(" {2}at All.callme\\(Function.java:\\d+\\)");
    assertThat(answer.stack()).contains("Caused by: java.io.IOException: inner");
  }

  @ParameterizedTest
  @CsvSource({
    "recurse,java.lang.StackOverflowError",
    "oom,java.lang.OutOfMemoryError",
    "error,All$StrangeError",
    "halt,fob.driver.ExitAttempt"
  })
  void theWorstErrorsAreSurvived(String what, String type) throws IOException {
    assertThat(refused(500, "exception", "{'what':'" + what + "'}").error("type")).isEqualTo(type);
    assertThat(client.run("{'what':'future'}").result().asInt()).isEqualTo(7);
  }

  @Test
  void aResultThatIsTooLargeSaysSo() throws IOException {
    // When
    Answer answer = refused(500, "result-too-large", "{'value':'" + "\u00e9".repeat(60_000) + "'}");

    // Then
    assertThat(answer.error("size")).isEqualTo("120012");
    assertThat(answer.error("limit")).isEqualTo("100000");
  }

  @Test
  void bodiesThatAreNotCallsAreRefused() throws IOException {
    List<String> bodies =
        new ArrayList<>(
            List.of(
                "",
                "{",
                "[]",
                "{}",
                "{'value':1}",
                "{'value':{'value':NaN}}",
                "{'value':{},'request_id':'a b'}",
                "{'value':{'value':1e400}}",
                "{'value':{}} x",
                "{'value':{},'log_bytes':65537}",
                "{'value':{'value':01}}"));
    bodies.add("[".repeat(100_000));
    bodies.add("{'value':{'value':" + "9".repeat(5000) + "}}");
    for (String body : bodies) {
      Answer answer = client.call(Json.quoted(body));
      assertThat(answer.status()).as(body).isEqualTo(400);
      assertThat(answer.error("reason")).as(body).isEqualTo("bad-request");
    }
    assertThat(client.send("POST", "/run", "", new byte[] {(byte) 0xff}).status()).isEqualTo(400);
  }

  @Test
  void otherPathsAndMethodsAreRefused() throws IOException {
    assertThat(client.get("/").status()).isEqualTo(404);
    assertThat(client.init("{\"value\":{\"code\":\"x\"}}").status()).isEqualTo(403);
    assertThat(client.get("/run").headers()).containsEntry("allow", "POST");
  }

  @Test
  void logsNameTheirCall() throws IOException {
    // When
    Answer answer =
        client.call("{\"value\":{\"what\":\"log\"},\"request_id\":\"r1\",\"log_bytes\":100}");
    client.run("{'what':'thread'}", "r2");

    // Then
    assertThat(answer.json().path("log")).isEqualTo(Json.of("['WARN careful']"));
    assertThat(answer.headers()).containsEntry("fob-request-id", "r1");
    driver.log().await("Z r1 WARN careful");
    driver.log().await("Z r2 in a thread");
  }

  @Test
  void aHundredLevelsWork() throws IOException {
    String parameters = "{'value':" + "[".repeat(100) + "]".repeat(100) + "}";
    assertThat(client.run(parameters).result()).isEqualTo(Json.of(parameters));
  }

  @Test
  void requestsThatArriveTogetherAreAnsweredInTurn() throws IOException {
    // When
    for (int i = 0; i < 5; i++) {
      byte[] body = ("{\"value\":{\"number\":" + i + "}}").getBytes(UTF_8);
      client.write(Client.request("POST", "/run", "", body));
    }
    client.endOfRequests();

    // Then
    for (int i = 0; i < 5; i++) {
      assertThat(client.read().result().path("number").asInt()).isEqualTo(i);
    }
  }
}
