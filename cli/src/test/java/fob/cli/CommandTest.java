package fob.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands send, and what they make of answers that a real gateway seldom gives. */
class CommandTest {

  private final MockWebServer gateway = new MockWebServer();
  private final Map<String, String> environment = new HashMap<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private String input = "";

  @TempDir private Path home;

  @BeforeEach
  void start() throws IOException {
    gateway.start();
    environment.put("FOB_URL", "http://127.0.0.1:" + gateway.getPort());
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private int run(String... args) {
    Surroundings surroundings =
        new Surroundings(
            environment, home, home, new ByteArrayInputStream(input.getBytes(UTF_8)), false);
    return Cli.run(surroundings, new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  private void answer(int status, String body) {
    gateway.enqueue(new MockResponse.Builder().code(status).body(body).build());
  }

  private RecordedRequest request() throws InterruptedException {
    return gateway.takeRequest();
  }

  private static String body(RecordedRequest request) {
    return request.getBody() == null ? "" : request.getBody().utf8();
  }

  @Test
  void parametersThatAreJsonKeepTheirTypes() throws Exception {
    answer(200, "{\"result\":42}");

    int code =
        run("call", "add", "a=1", "b=two", "c=true", "d=[1,2]", "e=1.10", "f=", "g=007", "h=\"1\"");

    assertThat(code).isZero();
    assertThat(out).hasToString("42" + System.lineSeparator());
    RecordedRequest sent = request();
    assertThat(sent.getTarget()).isEqualTo("/api/call/add");
    assertThat(body(sent))
        .isEqualTo(
            "{\"a\":1,\"b\":\"two\",\"c\":true,\"d\":[1,2],\"e\":1.10,\"f\":\"\",\"g\":\"007\",\"h\":\"1\"}");
  }

  @Test
  void parametersAreTextsIfTheUserSaysSo() throws Exception {
    answer(200, "{\"result\":\"two\\nlines\"}");

    run("call", "add", "--text", "a=1");

    assertThat(body(request())).isEqualTo("{\"a\":\"1\"}");
    assertThat(out).hasToString("two\nlines" + System.lineSeparator());
  }

  @Test
  void dataComesFromAnArgumentAFileOrTheInput() throws Exception {
    Files.writeString(home.resolve("p.json"), "{\"from\":\"file\"}");
    input = "{\"from\":\"input\"}";
    for (String data : new String[] {"{\"from\":\"argument\"}", "@p.json", "-"}) {
      answer(200, "{\"result\":null}");
      assertThat(run("call", "f", "--data", data)).isZero();
    }

    assertThat(body(request())).isEqualTo("{\"from\":\"argument\"}");
    assertThat(body(request())).isEqualTo("{\"from\":\"file\"}");
    assertThat(body(request())).isEqualTo("{\"from\":\"input\"}");
  }

  @Test
  void aFunctionsErrorIsShownWithTheUsersLine() {
    answer(
        500,
        "{\"reason\":\"function-error\",\"detail\":\"ValueError: no\",\"error\":{\"stack\":[\"  line 2\"]}}");

    assertThat(run("call", "add")).isEqualTo(ExitCodes.FAILED);
    assertThat(err.toString().lines()).containsExactly("fob: ValueError: no", "  line 2");
    assertThat(out).hasToString("");
  }

  @Test
  void exitCodesTellWhatKindOfRefusalItIs() {
    Map<Integer, Integer> codes =
        Map.of(
            400, ExitCodes.REFUSED,
            401, ExitCodes.NOT_ALLOWED,
            403, ExitCodes.NOT_ALLOWED,
            404, ExitCodes.NOT_FOUND,
            429, ExitCodes.REFUSED,
            503, ExitCodes.UNAVAILABLE,
            504, ExitCodes.TIMED_OUT);
    codes.forEach((status, code) -> {
      answer(status, "{\"reason\":\"r\",\"detail\":\"the detail\"}");
      assertThat(run("show", "add")).as("%d", status).isEqualTo(code);
    });
    assertThat(err.toString().lines()).allMatch("fob: the detail"::equals).hasSize(codes.size());
  }

  @Test
  void aGatewayThatIsAwayIsOneLineWithWhatToDo() {
    gateway.close();

    assertThat(run("ls")).isEqualTo(ExitCodes.UNAVAILABLE);
    assertThat(err.toString().lines().toList())
        .singleElement()
        .asString()
        .contains("nothing listens there", "fob up", "--url");
  }

  @Test
  void aGatewayThatDoesNotKnowARequestIsTooOldForTheCommand() {
    answer(404, "Not found");

    assertThat(run("dead", "ls")).isEqualTo(ExitCodes.NOT_FOUND);
    assertThat(err.toString()).contains("older");
  }

  @Test
  void theTokenIsSentAndNeverPrinted() throws Exception {
    environment.put("FOB_TOKEN", "fob_secret");
    answer(401, "{\"reason\":\"unauthorized\",\"detail\":\"the key has expired\"}");

    assertThat(run("ls")).isEqualTo(ExitCodes.NOT_ALLOWED);
    assertThat(request().getHeaders().get("Authorization")).isEqualTo("Bearer fob_secret");
    assertThat(err.toString() + out).doesNotContain("fob_secret").contains("expired");
  }

  @Test
  void contextsAreChosenByTheirNames() throws Exception {
    String url = Objects.requireNonNull(environment.remove("FOB_URL"));
    Files.writeString(home.resolve("key.txt"), "fob_abc\n");
    assertThat(run("context", "set", "prod", "--url", url, "--token-file", "key.txt")).isZero();
    assertThat(run("context", "set", "away", "--url", "http://127.0.0.1:1")).isZero();
    answer(200, "{\"details\":[]}");
    answer(404, "Not found");

    assertThat(run("use", "away")).isZero();
    assertThat(run("ls", "--context", "prod")).isZero();

    assertThat(request().getHeaders().get("Authorization")).isEqualTo("Bearer fob_abc");
    assertThat(run("ls")).isEqualTo(ExitCodes.UNAVAILABLE);
    assertThat(run("use", "test")).isEqualTo(ExitCodes.NOT_FOUND);
    assertThat(err.toString()).contains("there is no context 'test'", "away, prod");
    Path file = home.resolve(".config/fob/config");
    assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
  }

  @Test
  void aDamagedConfigurationIsNamed() throws IOException {
    environment.remove("FOB_URL");
    Path folder = Files.createDirectories(home.resolve(".config/fob"));
    Files.writeString(folder.resolve("config"), "{");

    assertThat(run("ls")).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).contains(folder.resolve("config").toString(), "damaged");
  }

  @Test
  void anAddressThatIsNoneIsRefused() {
    for (String url : new String[] {"localhost:9999", "ftp://x", "http://h/path", "http://h o"}) {
      assertThat(run("ls", "--url", url)).as(url).isEqualTo(ExitCodes.USAGE);
    }
    assertThat(err.toString()).contains("'localhost:9999' is no address of a gateway");
  }

  @Test
  void aFileOfDataIsNoFileOfArguments() throws Exception {
    // Given: a file of this name is in the real current folder too
    Files.writeString(home.resolve("pom.xml"), "{\"from\":\"file\"}");
    answer(200, "{\"result\":1}");

    assertThat(run("call", "f", "--data", "@pom.xml")).as(err.toString()).isZero();
    assertThat(body(request())).isEqualTo("{\"from\":\"file\"}");
  }

  @Test
  void anOptionWithoutAValueTakesNoFile() throws Exception {
    Files.writeString(home.resolve("f.py"), "");
    answer(201, "{\"id\":\"1\"}");

    assertThat(run("deploy", "--no-wait", "--network", "--mcp", "f.py"))
        .as(err.toString())
        .isZero();
    assertThat(request().getTarget()).isEqualTo("/api/gen?name=f&network=true&mcp=true");
    assertThat(run("deploy", "missing.py")).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).contains("there is no file");
  }

  @Test
  void aWebPageIsNoGateway() {
    for (int i = 0; i < 2; i++) {
      gateway.enqueue(
          new MockResponse.Builder().addHeader("Content-Type", "text/html").body("<p>").build());
    }

    assertThat(run("ls")).isEqualTo(ExitCodes.UNAVAILABLE);
    assertThat(run("call", "f")).isNotEqualTo(ExitCodes.OK);
    assertThat(err.toString()).contains("web page");
  }

  @Test
  void anEndedCallIsFoundHoweverShortTheWait() {
    answer(200, "{\"result\":5}");

    assertThat(run("result", "x", "--wait", "--wait-for", "1ms")).isZero();
    assertThat(out.toString()).contains("5");
  }

  @Test
  void waitingForAResultEndsInTime() {
    answer(202, "{\"id\":\"x\",\"state\":\"accepted\"}");

    assertThat(run("result", "x", "--wait", "--wait-for", "0s")).isEqualTo(ExitCodes.TIMED_OUT);
    assertThat(run("result", "x", "--wait", "--wait-for", "soon")).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString()).contains("it goes on", "--wait-for=soon: expected a time");
  }

  @Test
  void everyCommandHasAnExampleInItsHelp() {
    Cli.commandLine(
            new Surroundings(Map.of(), home, home, new ByteArrayInputStream(new byte[0]), false))
        .getSubcommands()
        .forEach(
            (name, command) -> assertThat(command.getUsageMessage()).as(name).contains("fob "));
    assertThat(run("deploy", "--help")).isZero();
    assertThat(out.toString()).contains("Example:", "--env");
  }

  @Test
  void completionKnowsTheCommands() {
    assertThat(run("completion")).isZero();
    assertThat(out.toString()).contains("deploy", "redrive", "complete -F");
  }

  @Test
  void timesMayBeGivenInDays() throws Exception {
    answer(200, "{\"id\":\"1\"}");
    answer(200, "{\"id\":\"2\"}");
    answer(200, "{\"calls\":[]}");

    assertThat(run("replay", "f", "--to", "g", "--last", "7d")).isEqualTo(ExitCodes.NOT_FOUND);

    request();
    request();
    assertThat(request().getTarget()).isEqualTo("/api/calls/f?limit=1000&since=7d");
    for (String wrong : new String[] {"7", "d", "1w", "1.5h", "-1s", "1h30m"}) {
      assertThat(run("replay", "f", "--to", "g", "--last=" + wrong)).isEqualTo(ExitCodes.USAGE);
    }
    assertThat(err.toString()).contains("--last=1w: expected a time such as 30s, 5m, 1h or 7d");
  }

  @Test
  void theMedianOfManyRunTimesIsThatOfASample() {
    RunTimes times = new RunTimes();
    assertThat(times.median()).isEmpty();
    for (int i = 0; i < 100_001; i++) {
      times.add(OptionalDouble.of(i));
    }
    times.add(OptionalDouble.empty());
    // The median of 10,000 of them is out of these bounds less than once in a billion times.
    assertThat(times.median().orElseThrow()).isBetween(46_500.0, 53_500.0);
  }

  private JsonNode json() throws IOException {
    return Reply.MAPPER.readTree(out.toString());
  }

  @Test
  void removalsAreListedAsJson() throws Exception {
    answer(204, "");
    answer(204, "");

    assertThat(run("rm", "add", "sub@2", "--json")).isZero();

    assertThat(json().path("removed")).hasToString("[\"add\",\"sub@2\"]");
    assertThat(request().getTarget()).isEqualTo("/api/names/add");
    assertThat(request().getTarget()).isEqualTo("/api/gen/sub@2");
  }

  @Test
  void codeIsPrintedAsJson() throws Exception {
    gateway.enqueue(
        new MockResponse.Builder()
            .addHeader("Content-Type", "text/x-python; charset=utf-8")
            .body("def callme(): pass\n")
            .build());

    assertThat(run("code", "add", "--json")).isZero();

    assertThat(json().path("code").asText()).isEqualTo("def callme(): pass\n");
    assertThat(json().path("bytes").asInt()).isEqualTo(19);
  }

  @Test
  void anArchiveIsPrintedAsJsonOrSaved() throws Exception {
    for (int i = 0; i < 2; i++) {
      gateway.enqueue(
          new MockResponse.Builder()
              .addHeader("Content-Type", "application/gzip")
              .body("GZ")
              .build());
    }

    assertThat(run("code", "add", "--json")).isZero();
    assertThat(json().path("code_base64").binaryValue()).asString().isEqualTo("GZ");
    out.getBuffer().setLength(0);
    assertThat(run("code", "add", "--json", "-o", "add.tar.gz")).isZero();

    assertThat(json())
        .hasToString("{\"content_type\":\"application/gzip\",\"bytes\":2,\"file\":\"add.tar.gz\"}");
    assertThat(home.resolve("add.tar.gz")).hasContent("GZ");
  }

  @Test
  void doctorPrintsItsFindingsAndThoseOfTheLauncherAsJson() throws Exception {
    environment.put(
        "FOB_DOCTOR_FINDINGS",
        "ok\tMaven\noptional\tno functions in node: /usr/bin/node is missing\tapt-get install nodejs");
    answer(503, "{\"reason\":\"unready\",\"detail\":\"it waits for Kafka\"}");

    assertThat(run("doctor", "--json")).isEqualTo(ExitCodes.FAILED);

    assertThat(json().path("findings").findValuesAsText("state"))
        .containsExactly("ok", "optional", "ok", "problem");
    assertThat(json().at("/findings/1/do").asText()).isEqualTo("apt-get install nodejs");
    assertThat(json().at("/findings/3/finding").asText()).contains("it waits for Kafka");
  }

  @Test
  void doctorTellsWhatTheKeyAllows() throws Exception {
    answer(200, "{\"status\":\"ready\"}");
    answer(
        200,
        "{\"id\":\"k1\",\"name\":\"shop\",\"role\":\"call\",\"functions\":\"shop-*\",\"expires\":\"2030-01-02T03:04:05Z\"}");

    assertThat(run("doctor")).isZero();

    assertThat(out.toString())
        .contains(
            "the key shop has the role call, for functions like shop-*, and expires at 2030-01-02T03:04:05Z");
  }

  private static final String STATS =
      "{\"details\":[{\"id\":\"i-1\",\"name\":\"add\",\"version\":3,\"status\":\"ready\",\"language\":\"python\"}]}";

  private static String step(String at) {
    return "{\"at\":\"%s\",\"functions\":{\"i-1\":{\"calls\":12,\"errors\":1,\"p50_us\":900,\"p99_us\":4000,\"queue_us\":300,\"wait_us\":10,\"run_us\":1500000}}}"
        .formatted(at);
  }

  private static String live(String... steps) {
    return "{\"at\":\"2026-01-02T03:04:17.345Z\",\"step_ms\":5000,\"steps\":[%s]}"
        .formatted(String.join(",", steps));
  }

  @Test
  void listHasTheCallsOfTheLastMinute() {
    answer(200, STATS);
    answer(
        200,
        live(
            step("2026-01-02T03:00:00Z"),
            step("2026-01-02T03:03:20Z"),
            step("2026-01-02T03:04:05Z")));

    assertThat(run("ls")).isZero();

    assertThat(out.toString()).containsPattern("CALLS/MIN").containsPattern("add .* 24 .* i-1");
  }

  @Test
  void listOfAnOlderGatewayHasNoCalls() {
    answer(200, STATS);
    answer(404, "Not found");

    assertThat(run("ls")).isZero();

    assertThat(out.toString()).containsPattern("add .*python +- +- .* i-1");
  }

  @Test
  void topShowsTheLastStepOnce() throws Exception {
    answer(200, live(step("2026-01-02T03:04:00Z"), step("2026-01-02T03:04:05Z")));
    answer(200, STATS);

    assertThat(run("top", "add", "--once")).isZero();

    assertThat(request().getTarget()).isEqualTo("/api/live?function=add");
    assertThat(out.toString().lines().toList())
        .satisfiesExactly(
            time -> assertThat(time).isEqualTo("2026-01-02T03:04:05Z"),
            titles -> assertThat(titles).startsWith("NAME").contains("CALLS/S", "QUEUE"),
            row ->
                assertThat(row.split(" +", -1))
                    .containsExactly(
                        "add@3", "ready", "2.4", "1", "900us", "4.0ms", "300us", "10us", "1.5s"));
  }

  @Test
  void topWithoutCallsSaysSo() {
    answer(200, live());
    answer(200, STATS);

    assertThat(run("top", "--once")).isZero();

    assertThat(out).hasToString("no calls in the last 15 minutes" + System.lineSeparator());
  }

  @Test
  void topPrintsATableForEachStepUntilTheEnd() {
    answer(200, live());
    String steps =
        "event: step\ndata: %s\n\nevent: step\ndata: %s\n\nevent: end\ndata: over\n\n"
            .formatted(
                step("2026-01-02T03:04:05Z"), "{\"at\":\"2026-01-02T03:04:10Z\",\"functions\":{}}");
    gateway.enqueue(
        new MockResponse.Builder()
            .code(200)
            .addHeader("Content-Type", "text/event-stream")
            .body(": events follow\n\n" + steps)
            .build());
    answer(200, STATS);

    assertThat(run("top")).isZero();

    assertThat(out.toString().lines().toList())
        .satisfiesExactly(
            time -> assertThat(time).isEqualTo("2026-01-02T03:04:05Z"),
            titles -> assertThat(titles).startsWith("NAME"),
            row -> assertThat(row).startsWith("add@3"),
            time -> assertThat(time).isEqualTo("2026-01-02T03:04:10Z: no calls"));
  }

  @Test
  void topPrintsStepsAsJson() {
    answer(200, live(step("2026-01-02T03:04:05Z")));

    assertThat(run("top", "--once", "--json")).isZero();

    assertThat(out).hasToString(step("2026-01-02T03:04:05Z") + System.lineSeparator());
  }
}
