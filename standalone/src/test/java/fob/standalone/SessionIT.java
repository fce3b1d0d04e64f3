package fob.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The usage session of the original Flock of Birds, and all ways to call a function. */
@Timeout(120)
@ExtendWith(SharedFob.class)
class SessionIT {

  private static final String HELLOWORLD = Repository.example("helloworld.py");
  private static final String ADD = Repository.example("add.py");
  private static final String ECHO = Repository.example("echo.py");

  /** Longer than the 10 s after which an idle connection is checked before it is reused. */
  private static final Duration IDLE = Duration.ofSeconds(11);

  private final FobClient fob;

  SessionIT(FobClient fob) {
    this.fob = fob;
  }

  @Test
  void usageSessionOfTheOriginal() {
    // Given
    String helloworld = fob.post("/api/gen", HELLOWORLD).at("/id");
    String add = fob.post("/api/gen", ADD).at("/id");

    // When
    Answer stats = fob.get("/api/stats");
    Answer greeted = fob.get("/api/call/" + helloworld);
    Answer added = fob.get("/api/call/" + add + "?param1:1,param2:1");

    // Then
    List<String> listed = new ArrayList<>();
    stats.json().path("functions").forEach(id -> listed.add(id.asText()));
    assertThat(listed).containsSubsequence(helloworld, add);
    assertThat(greeted.text()).isEqualTo("{\"result\":42}");
    assertThat(added.text()).isEqualTo("{\"result\":2}");
    assertThat(new String(added.body(), UTF_8)).isEqualTo("{\"result\":2}\n");
    assertThat(added.header("Content-Length")).isEqualTo("13");
  }

  @Test
  void registrationIsCreatedWithItsLocation() {
    // When
    Answer created = fob.post("/api/gen?lang=python", HELLOWORLD);

    // Then
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.header("Location")).isEqualTo("/api/meta/" + created.at("/id"));
    assertThat(fob.get(created.header("Location")).at("/id")).isEqualTo(created.at("/id"));
  }

  @Test
  void ordinaryQueryFormIsTheSameCall() {
    // Given
    String echo = fob.register("", ECHO);

    // When
    Answer colons = fob.get("/api/call/" + echo + "?a:1,b:x%2Cy%3A%20%C3%A9,c:1+1");
    Answer equalSigns = fob.get("/api/call/" + echo + "?a=1&b=x,y:%20%C3%A9&c=1%2B1");

    // Then
    assertThat(colons.json().at("/result/params"))
        .hasToString("{\"a\":\"1\",\"b\":\"x,y: é\",\"c\":\"1+1\"}");
    assertThat(equalSigns.json()).isEqualTo(colons.json());
  }

  @Test
  void postedJsonKeepsItsTypes() {
    // Given
    String echo = fob.register("", ECHO);
    String parameters =
        "{\"n\":1,\"f\":1.5,\"t\":true,\"z\":null,\"l\":[1,\"é\"],\"o\":{\"a\":{}}}";

    // When
    Answer answer = fob.call(echo, parameters);

    // Then
    assertThat(answer.json().at("/result/params")).hasToString(parameters);
  }

  @Test
  void rawBodyReachesTheFunctionAsItIs() {
    // Given
    String code =
        """
        def callme(body, content_type):
            return [content_type, list(body)]
        """;
    String function = fob.register("", code);
    byte[] bytes = {0, 1, (byte) 0xff, '{', '\r', '\n'};

    // When
    Answer answer =
        fob.send(
            "POST",
            "/api/call/" + function,
            BodyPublishers.ofByteArray(bytes),
            "Content-Type",
            "application/x-birds; v=1");

    // Then
    assertThat(answer.json().path("result"))
        .hasToString("[\"application/x-birds; v=1\",[0,1,255,123,13,10]]");
  }

  @Test
  void replyCarriesRequestIdAndTiming() {
    // Given
    String function = fob.register("", "import time\ndef callme():\n    time.sleep(0.05)\n");

    // When
    Answer first = fob.get("/api/call/" + function);
    Answer second = fob.get("/api/call/" + function);

    // Then
    assertThat(first.text()).isEqualTo("{\"result\":null}");
    assertThat(first.header("Fob-Request-Id"))
        .matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
        .isNotEqualTo(second.header("Fob-Request-Id"));
    assertThat(first.header("Server-Timing"))
        .matches("queue;dur=[0-9.]+, wait;dur=[0-9.]+, run;dur=[0-9.]+");
    double run = Double.parseDouble(first.header("Server-Timing").replaceAll(".*run;dur=", ""));
    assertThat(run).isBetween(50.0, (double) first.took().toMillis() + 1);
  }

  @Test
  void metaTellsWhereAFunctionRunsAndCodeIsReturnedByteForByte() {
    // Given
    String code = "# é \u20ac\r\nx = \"\t\" \ndef callme(): return x  \n\n";
    String id = fob.register("name=meta-and-code&timeout=1500ms&concurrency=3&memory=64", code);

    // When
    Answer meta = fob.get("/api/meta/" + id);
    Answer stored = fob.get("/api/cs/meta-and-code");

    // Then
    assertThat(stored.body()).isEqualTo(code.getBytes(UTF_8));
    assertThat(meta.at("/status")).isEqualTo("ready");
    assertThat(meta.at("/name")).isEqualTo("meta-and-code");
    assertThat(meta.at("/host")).startsWith("unix:/");
    assertThat(meta.json().has("port")).isTrue();
    assertThat(meta.json().path("limits"))
        .hasToString(
            "{\"timeout\":\"1500ms\",\"concurrency\":3,\"memory_mib\":64,\"instances\":1,\"spread\":1,"
                + "\"network\":false,\"cpus\":1,\"keep\":\"10m\"}");
    assertThat(meta.at("/platform")).isEqualTo("process");
    assertThat(meta.at("/isolation")).contains("bubblewrap");
  }

  @Test
  void functionAnswersAfterItsConnectionHasBeenIdle() {
    // Given
    String add = fob.register("timeout=5s", ADD);
    Answer before = fob.get("/api/call/" + add + "?param1:1,param2:1");

    // When
    Answer after = afterIdleTime(() -> fob.get("/api/call/" + add + "?param1:2,param2:2"));

    // Then
    assertThat(before.text()).isEqualTo("{\"result\":2}");
    assertThat(after.text()).isEqualTo("{\"result\":4}");
  }

  private static Answer afterIdleTime(Callable<Answer> call) {
    return await()
        .pollDelay(IDLE)
        .pollInterval(IDLE)
        .atMost(IDLE.multipliedBy(10))
        .until(call, answer -> true);
  }
}
