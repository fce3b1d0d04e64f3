package fob.standalone;

import static fob.standalone.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.Bus;
import fob.function.FunctionId;
import fob.gateway.Gateway;
import fob.gateway.GatewayConfig;
import fob.gateway.access.AccessConfig;
import fob.secret.SecretKeys;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two gateways that need keys, and what each key allows at them. */
@Timeout(180)
@SuppressWarnings("NullAway.Init") // set before all tests
class AccessIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String ADD = "def callme(a):\n    return a + 1";

  @TempDir private static Path dir;

  private static FobInParts fob;
  private static FobClient nobody;
  private static FobClient admin;
  private static FobClient other;

  @BeforeAll
  static void start() throws Exception {
    fob = new FobInParts(dir);
    admin = fob.startWithKeys("invoker");
    nobody = fob.client;
    Gateway second = fob.add(Gateway.listen(GatewayConfig.standard(fob.settings, "127.0.0.1", 0)));
    second.connect(new Bus(fob.settings));
    other = fob.add(new FobClient(URI.create("http://127.0.0.1:" + second.port())));
  }

  @AfterAll
  static void stop() {
    fob.close();
  }

  private static FobClient client(String role, String functions) {
    return fob.add(nobody.withKey(Keys.text(admin, role, functions)));
  }

  private static void assertForbidden(Answer answer, String role) {
    assertProblem(answer, 403, "gateway", "forbidden");
    assertThat(answer.at("/role")).as(answer.toString()).isEqualTo(role);
    assertThat(answer.at("/detail")).contains("'" + role + "'");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /api/call/add",
    "POST, /api/call/add",
    "GET, /api/result/x",
    "GET, /api/stats",
    "GET, /api/meta/add",
    "GET, /api/cs/add",
    "GET, /api/layers/x",
    "GET, /api/logs/add",
    "POST, /api/gen",
    "DELETE, /api/gen/add",
    "DELETE, /api/gen?status=failed",
    "GET, /api/dead",
    "GET, /api/dead/x",
    "DELETE, /api/dead/x",
    "POST, /api/dead/x/redrive",
    "GET, /api/names",
    "GET, /api/names/add",
    "PUT, /api/names/add",
    "DELETE, /api/names/add",
    "GET, /api/secrets",
    "PUT, /api/secrets/A",
    "DELETE, /api/secrets/A",
    "GET, /api/audit",
    "GET, /api/whoami",
    "GET, /api/events?of=functions",
    "GET, /api/keys",
    "POST, /api/keys",
    "DELETE, /api/keys/x",
  })
  void everyRouteNeedsAKey(String method, String path) {
    // When
    Answer answer = nobody.send(method, path, BodyPublishers.noBody());

    // Then
    assertProblem(answer, 401, "gateway", "no-key");
    assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
    assertThat(answer.at("/detail")).contains("Authorization: Bearer");
  }

  @Test
  void aNameIsForThoseWhoMayUseItAndItsHistorySaysWhoMovedIt() {
    // Given
    FobClient team = client("deploy", "history-*");
    FobClient others = client("deploy", "others-*");
    team.register("lang=python&name=history-add", ADD);
    String path = "/api/names/history-add";

    // When
    Answer moved = team.send("PUT", path, BodyPublishers.ofString("{\"history-add@1\":100}"));

    // Then
    assertThat(moved.status()).as(moved.toString()).isEqualTo(200);
    assertThat(moved.json().path("history"))
        .hasSize(2)
        .allSatisfy(change -> assertThat(change.path("by").asText()).matches(".+ \\([a-z0-9]+\\)"));
    assertThat(team.get("/api/names").json().path("names")).hasSize(1);
    assertThat(others.get("/api/names").json().path("names")).isEmpty();
    assertForbidden(others.get(path), "call");
    assertForbidden(others.delete(path), "deploy");
    assertForbidden(others.send("PUT", path, BodyPublishers.ofString("{}")), "deploy");
    assertForbidden(client("call", "*").delete(path), "deploy");
  }

  @Test
  void healthAndTheIndexNeedNone() {
    assertThat(Stream.of("/", "/healthz", "/readyz").map(nobody::get).map(Answer::status))
        .containsOnly(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Bearer",
        "Bearer ",
        "Basic eDp5",
        "Bearer x",
        "Bearer fob_a_tooshort",
        "fob_a_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "Bearer fob_a_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,Bearer x",
      })
  void aHeaderWithoutAKeyIsToldWhatWasExpected(String header) {
    // When
    Answer answer = nobody.get("/api/stats", "Authorization", header);

    // Then
    assertProblem(answer, 401, "gateway", "bad-key");
    assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer error=\"invalid_token\"");
    assertThat(answer.at("/detail")).contains("expected 'Bearer' and fob_");
  }

  @Test
  void anUnknownKeyAndAWrongSecretAreNotToldApart() {
    // Given
    String text = Keys.text(admin, "call", "*");
    String wrong = text.substring(0, text.length() - 1) + (text.endsWith("a") ? 'b' : 'a');
    String unknown = "fob_unknown_" + "a".repeat(32);

    // When
    Answer one = nobody.get("/api/stats", "Authorization", "Bearer " + wrong);
    Answer two = nobody.get("/api/stats", "Authorization", "Bearer " + unknown);

    // Then
    assertProblem(one, 401, "gateway", "unknown-key");
    assertThat(one.text()).isEqualTo(two.text());
  }

  @Test
  void aKeyShowsWhatItAllows() {
    // Given
    FobClient limited =
        fob.add(
            nobody.withKey(
                Keys.text(
                    admin,
                    "{\"name\":\"me\",\"role\":\"call\",\"functions\":\"a-*\",\"expires\":\"1h\"}")));

    // When
    Answer own = limited.get("/api/whoami");
    Answer metrics = client("metrics", "*").get("/api/whoami");
    Answer ops = admin.get("/api/whoami");

    // Then
    assertThat(own.status()).isEqualTo(200);
    assertThat(List.of(own.at("/name"), own.at("/role"), own.at("/functions")))
        .containsExactly("me", "call", "a-*");
    assertThat(own.json().has("secrets")).isFalse();
    assertThat(Instant.parse(own.at("/expires"))).isAfter(Instant.now());
    assertThat(metrics.at("/role")).isEqualTo("metrics");
    assertThat(ops.at("/role")).isEqualTo("admin");
    assertThat(ops.at("/secrets")).isEqualTo("*");
    assertThat(ops.json().has("expires")).isFalse();
  }

  @Test
  void anExpiredKeyIsToldSo() {
    // Given
    FobClient client =
        fob.add(
            nobody.withKey(
                Keys.text(admin, "{\"name\":\"a\",\"role\":\"call\",\"expires\":\"1s\"}")));

    // When
    await().atMost(SOON).until(() -> client.get("/api/stats").status() != 200);

    // Then
    Answer answer = client.get("/api/stats");
    assertProblem(answer, 401, "gateway", "expired-key");
    assertThat(answer.at("/detail")).contains("has expired at 20");
  }

  @Test
  void aDeletedKeyIsRefusedAtEveryGateway() {
    // Given
    Answer made = Keys.make(admin, "{\"name\":\"gone\",\"role\":\"call\"}");
    FobClient here = fob.add(nobody.withKey(made.at("/key")));
    FobClient there = fob.add(other.withKey(made.at("/key")));
    assertThat(there.get("/api/stats").status()).isEqualTo(200);

    // When
    assertThat(admin.delete("/api/keys/" + made.at("/id")).status()).isEqualTo(204);

    // Then
    assertProblem(here.get("/api/stats"), 401, "gateway", "revoked-key");
    await()
        .atMost(Duration.ofSeconds(2))
        .untilAsserted(() -> assertProblem(there.get("/api/stats"), 401, "gateway", "revoked-key"));
    assertProblem(admin.delete("/api/keys/" + made.at("/id")), 404, "gateway", "not-found");
  }

  @Test
  void streamAndWaitForResultCountAsConcurrent() {
    // Given
    admin.register("name=places", ADD);
    String text = Keys.text(admin, "{\"name\":\"places\",\"role\":\"call\",\"concurrent\":1}");
    FobClient client = fob.add(nobody.withKey(text));
    String request = client.callAsync("places", "{\"a\":1}");

    // When
    try (Following following =
        Following.of(nobody, "/api/live?follow=true", "Authorization", "Bearer " + text)) {
      following.awaitLine("events follow");

      // Then
      assertProblem(client.call("places", "{\"a\":1}"), 429, "gateway", "quota");
      assertProblem(
          client.get("/api/result/" + request, "Prefer", "wait=5"), 429, "gateway", "quota");
      assertProblem(client.get("/api/events?of=functions"), 429, "gateway", "quota");
      assertThat(client.get("/api/stats").status()).isEqualTo(200);
    }
    await().atMost(SOON).until(() -> client.call("places", "{\"a\":1}").status() == 200);
  }

  @Test
  void aNewKeyWorksAtOnceAtAnotherGateway() {
    for (int i = 0; i < 20; i++) {
      // Given
      String text = Keys.text(admin, "call", "*");

      // When
      Answer answer = other.get("/api/stats", "Authorization", "bearer " + text);

      // Then
      assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    }
  }

  @Test
  void aCallKeyCallsAndDoesNothingElse() {
    // Given
    String id = admin.register("name=calls&env.MODE=inside", ADD);
    FobClient caller = client("call", "*");

    // When
    Answer called = caller.call("calls", "{\"a\":1}");
    String request = caller.callAsync(id, "{\"a\":2}");

    // Then
    assertThat(called.text()).isEqualTo("{\"result\":2}");
    assertThat(caller.result(request).text()).isEqualTo("{\"result\":3}");
    assertThat(caller.get("/api/stats").text()).contains(id);
    assertThat(caller.get("/api/meta/calls").text())
        .contains("\"status\":\"ready\"")
        .doesNotContain("inside", "host", "instances\":[");
    assertThat(admin.get("/api/meta/calls").text()).contains("inside", "host");
    assertForbidden(caller.post("/api/gen", ADD), "deploy");
    assertForbidden(caller.delete("/api/gen/calls"), "deploy");
    assertForbidden(caller.get("/api/cs/calls"), "deploy");
    assertForbidden(caller.get("/api/logs/calls"), "deploy");
    assertForbidden(caller.get("/api/dead"), "deploy");
    assertForbidden(caller.get("/api/secrets"), "deploy");
    assertForbidden(caller.get("/api/keys"), "admin");
    assertForbidden(caller.get("/api/audit"), "admin");
    assertForbidden(client("deploy", "*").get("/api/keys"), "admin");
  }

  @Test
  void aPatternIsANamespace() {
    // Given
    FobClient team = client("deploy", "team-*");
    String own = team.register("name=team-add", ADD);
    String foreign = admin.register("name=foreign", ADD);
    String nameless = admin.register("", ADD);

    // Then
    assertThat(team.call("team-add", "{\"a\":1}").text()).isEqualTo("{\"result\":2}");
    assertThat(team.call(own, "{\"a\":1}").text()).isEqualTo("{\"result\":2}");
    assertThat(team.get("/api/cs/" + own).status()).isEqualTo(200);
    assertThat(team.get("/api/stats").json().path("functions"))
        .extracting(JsonNode::asText)
        .containsExactly(own);
    assertForbidden(team.post("/api/gen?name=foreign", ADD), "deploy");
    assertForbidden(team.post("/api/gen", ADD), "deploy");
    assertForbidden(team.post("/api/gen?name=team-b&secret=TOKEN", ADD), "deploy");
    assertForbidden(team.send("PUT", "/api/secrets/TOKEN", BodyPublishers.ofString("x")), "deploy");
    assertProblem(team.get("/api/dead"), 400, "gateway", "bad-request");
    assertThat(team.get("/api/dead?function=team-add").status()).isEqualTo(200);
    assertForbidden(team.get("/api/dead?function=foreign"), "deploy");
    for (String function : List.of("foreign", foreign, nameless)) {
      assertForbidden(team.call(function, "{\"a\":1}"), "call");
      assertForbidden(team.delete("/api/gen/" + function), "deploy");
    }
    assertThat(admin.call("foreign", "{\"a\":1}").status()).isEqualTo(200);
    assertThat(admin.call(nameless, "{\"a\":1}").status()).isEqualTo(200);
  }

  @Test
  void refusalsDoNotTellWhetherAFunctionExists() {
    // Given
    FobClient team = client("deploy", "none-*");
    String there = admin.register("name=hidden", ADD);
    String missing = FunctionId.random().toString();

    // Then
    for (String path : List.of("/api/call/", "/api/meta/", "/api/cs/", "/api/logs/")) {
      Answer ofThere = team.get(path + there);
      Answer ofMissing = team.get(path + missing);
      assertThat(ofThere.status()).as(ofThere.toString()).isEqualTo(403);
      assertThat(ofThere.text().replace(there, "F"))
          .isEqualTo(ofMissing.text().replace(missing, "F"));
      assertThat(team.get(path + "hidden").text().replace("hidden", "F"))
          .isEqualTo(team.get(path + "hiddem").text().replace("hiddem", "F"));
    }
    FobClient caller = client("call", "*");
    assertThat(caller.get("/api/cs/" + there).text())
        .isEqualTo(caller.get("/api/cs/" + missing).text());
  }

  @Test
  void usersOfSecretAreShownOnlyToThoseWhoMayUseThem() throws Exception {
    // Given
    String secretKey = Base64.getEncoder().encodeToString(new byte[32]);
    GatewayConfig config =
        GatewayConfig.standard(fob.settings, "127.0.0.1", 0)
            .withSecretKeys(SecretKeys.parse(secretKey));
    try (Gateway third = Gateway.listen(config)) {
      third.connect(new Bus(fob.settings));
      try (FobClient there = new FobClient(URI.create("http://127.0.0.1:" + third.port()));
          FobClient operator = there.withKey(Keys.text(admin, Keys.ADMIN));
          FobClient one = there.withKey(Keys.text(admin, sharing("one-*")));
          FobClient two = there.withKey(Keys.text(admin, sharing("two-*")))) {
        String path = "/api/secrets/SHARED";
        assertThat(one.send("PUT", path, BodyPublishers.ofString("x")).status()).isEqualTo(201);
        String hidden = operator.post("/api/gen?secret=SHARED", ADD).at("/id");

        // When / Then
        assertInUse(one.delete(path), "[]", 1, "functions that your key may not use (1)");

        // When
        String own = one.post("/api/gen?name=one-a&secret=SHARED", ADD).at("/id");

        // Then
        Answer toOne = one.delete(path);
        assertInUse(toOne, "[\"" + own + "\"]", 1, "DELETE /api/gen/" + own);
        assertThat(toOne.at("/detail")).contains("may use (1), and by others (1)");
        assertThat(toOne.text()).doesNotContain(hidden);
        assertInUse(two.delete(path), "[]", 2, "functions that your key may not use (2)");
        assertThat(operator.delete(path).json().path("functions"))
            .extracting(JsonNode::asText)
            .containsExactlyInAnyOrder(own, hidden);
        assertThat(one.get("/api/secrets").text()).contains(own, "\"others\":1");
        assertThat(two.get("/api/secrets").text()).contains("\"functions\":[],\"others\":2");
        assertThat(operator.get("/api/secrets").text())
            .contains(own, hidden)
            .doesNotContain("others");
      }
    }
  }

  private static String sharing(String functions) {
    return "{\"name\":\"s\",\"role\":\"deploy\",\"functions\":\"%s\",\"secrets\":\"SHARED\"}"
        .formatted(functions);
  }

  private static void assertInUse(Answer answer, String own, int others, String detail) {
    assertProblem(answer, 409, "gateway", "secret-in-use");
    assertThat(answer.json().path("functions").toString()).isEqualTo(own);
    assertThat(answer.json().path("others").asInt()).isEqualTo(others);
    assertThat(answer.at("/detail")).contains(detail);
  }

  @Test
  void changesAreOnTheAuditLogWithWhoMadeThem() {
    // Given
    Answer made = Keys.make(admin, "{\"name\":\"audited\",\"role\":\"deploy\"}");
    FobClient deployer = fob.add(nobody.withKey(made.at("/key")));
    String id = deployer.register("name=audited&env.HUSH=hush-env", ADD);
    deployer.call("audited", "{\"a\":1}");
    deployer.get("/api/meta/audited");
    deployer.delete("/api/gen/audited");
    deployer.delete("/api/gen/audited-none");
    deployer.delete("/api/keys/" + made.at("/id"));

    // When
    List<JsonNode> entries = new ArrayList<>();
    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          entries.clear();
          admin.get("/api/audit?limit=1000").json().path("audit").forEach(entries::add);
          assertThat(entries).filteredOn(one -> isBy(one, made)).hasSize(4);
        });

    // Then
    assertThat(entries)
        .filteredOn(one -> isBy(one, made))
        .extracting(one -> one.path("action").asText() + " " + one.path("status"))
        .containsExactlyInAnyOrder(
            "POST /api/gen 201",
            "DELETE /api/gen/audited 204",
            "DELETE /api/gen/audited-none 404",
            "DELETE /api/keys/" + made.at("/id") + " 403");
    assertThat(entries)
        .filteredOn(one -> isBy(one, made))
        .filteredOn(one -> one.path("action").asText().equals("POST /api/gen"))
        .singleElement()
        .satisfies(one -> {
          assertThat(one.path("client").asText()).isEqualTo("audited");
          assertThat(one.path("address").asText()).isEqualTo("127.0.0.1");
          assertThat(one.path("subject").asText()).isEqualTo("audited (" + id + ")");
        });
    assertThat(entries.toString()).doesNotContain("hush", made.at("/key"));
    assertThat(admin.get("/api/audit?limit=2").json().path("audit")).hasSize(2);
    assertProblem(admin.get("/api/audit?limit=0"), 400, "gateway", "bad-request");
  }

  @ParameterizedTest
  @CsvSource({
    "name=refused-a&lang=cobol, refused-a, 422",
    "name=refused-b&memory=much, refused-b, 400",
    "name=foreign-a, foreign-a, 403",
    "name=no%20name, '', 400"
  })
  void refusedRegistrationIsOnTheAuditLogWithItsName(String query, String subject, int status) {
    // Given
    Answer key =
        Keys.make(admin, "{\"name\":\"r\",\"role\":\"deploy\",\"functions\":\"refused-*\"}");
    FobClient deployer = fob.add(nobody.withKey(key.at("/key")));

    // When
    Answer refused = deployer.post("/api/gen?" + query, ADD);

    // Then
    assertThat(refused.status()).as(refused.toString()).isEqualTo(status);
    assertThat(audited(key).path("status").asInt()).isEqualTo(status);
    assertThat(audited(key).path("subject").asText()).isEqualTo(subject);
  }

  @Test
  void removalOfFailedFunctionsIsOnTheAuditLogWithTheirIds() {
    // Given
    Answer key =
        Keys.make(admin, "{\"name\":\"f\",\"role\":\"deploy\",\"functions\":\"failing-*\"}");
    FobClient deployer = fob.add(nobody.withKey(key.at("/key")));
    admin.post("/api/gen?name=failing-a&lang=python", "x = 1", "Prefer", "wait=50");

    // When
    String id = deployer.delete("/api/gen?status=failed").at("/removed/0");

    // Then
    assertThat(id).isNotEmpty();
    assertThat(audited(key).path("subject").asText()).isEqualTo(id);
  }

  /** The only entry about what a key did. */
  private static JsonNode audited(Answer key) {
    return await()
        .atMost(SOON)
        .until(
            () ->
                StreamSupport.stream(
                        admin.get("/api/audit?limit=1000").json().path("audit").spliterator(),
                        false)
                    .filter(one -> isBy(one, key))
                    .toList(),
            found -> found.size() == 1)
        .getFirst();
  }

  private static boolean isBy(JsonNode entry, Answer key) {
    return entry.path("key").asText().equals(key.at("/id"));
  }

  @Test
  void theAuditLogHasTheNewestChangeFirst() {
    // Given
    String first = Keys.make(admin, "{\"name\":\"first\",\"role\":\"call\"}").at("/id");
    await().atMost(SOON).until(() -> audit(1).contains(first));

    // When
    String second = Keys.make(admin, "{\"name\":\"second\",\"role\":\"call\"}").at("/id");

    // Then
    await().atMost(SOON).until(() -> audit(1).contains(second));
    assertThat(audit(2)).containsSubsequence("second (" + second, "first (" + first);
  }

  private static String audit(int limit) {
    return admin.get("/api/audit?limit=" + limit).text();
  }

  @Test
  void registrationsSayOnKafkaWhoMadeThem() {
    // Given
    FobClient deployer = client("deploy", "*");

    // When
    String id = deployer.register("name=by", ADD);

    // Then
    try (KafkaClient kafka = new KafkaClient(fob.settings.bootstrapServers())) {
      assertThat(kafka.all("fob.gen"))
          .filteredOn(record -> id.equals(record.key()))
          .singleElement()
          .extracting(record -> KafkaClient.header(record, "fob-actor"), STRING)
          .matches("deploy all \\([a-z0-9]{8}\\)");
    }
  }

  @Test
  void aKeyMayHaveQuotas() throws Exception {
    // Given
    admin.register("name=slow", "import time\ndef callme(s):\n    time.sleep(s)\n    return s");
    FobClient one = quoted("concurrent");
    FobClient few = quoted("calls-per-second");

    // When
    List<Answer> overlapping;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Answer> call = () -> one.call("slow", "{\"s\":3}");
      Future<Answer> first = threads.submit(call);
      Future<Answer> second = threads.submit(call);
      overlapping = List.of(first.get(), second.get());
    }
    List<Answer> answers = Stream.generate(() -> few.call("slow", "{\"s\":0}")).limit(20).toList();

    // Then
    assertThat(overlapping).extracting(Answer::status).containsExactlyInAnyOrder(200, 429);
    assertThat(overlapping)
        .filteredOn(answer -> answer.status() == 429)
        .allSatisfy(refused -> {
          assertProblem(refused, 429, "gateway", "quota");
          assertThat(refused.at("/quota")).isEqualTo("concurrent");
          assertThat(refused.header("Retry-After")).isEqualTo("1");
        });
    assertThat(one.call("slow", "{\"s\":0}").status()).isEqualTo(200);
    assertThat(answers.getFirst().status()).isEqualTo(200);
    assertThat(answers)
        .filteredOn(answer -> answer.status() != 200)
        .isNotEmpty()
        .allSatisfy(answer -> {
          assertProblem(answer, 429, "gateway", "quota");
          assertThat(answer.at("/quota")).isEqualTo("calls-per-second");
        });
    await().atMost(SOON).until(() -> few.call("slow", "{\"s\":0}").status() == 200);
    assertThat(few.get("/api/stats").status()).isEqualTo(200);
  }

  /** A client that may have one of something. */
  private static FobClient quoted(String quota) {
    String json = "{\"name\":\"quoted\",\"role\":\"call\",\"%s\":1}".formatted(quota);
    return fob.add(nobody.withKey(Keys.text(admin, json)));
  }

  @Test
  void aListOfKeysHasNoSecrets() {
    // Given
    Answer made = Keys.make(admin, "{\"name\":\"listed\",\"role\":\"call\",\"expires\":\"24h\"}");

    // When
    Answer list = admin.get("/api/keys");

    // Then
    assertThat(made.header("Cache-Control")).isEqualTo("no-store");
    assertThat(list.text())
        .contains(made.at("/id"), "\"name\":\"listed\"", "\"status\":\"active\"", "\"by\":\"ops (")
        .doesNotContain(made.at("/key").substring(made.at("/key").lastIndexOf('_')), "sha256");
  }

  @Test
  void kafkaHasOnlyChecksums() {
    // Given
    String text = Keys.text(admin, "call", "*");

    // When
    List<String> records;
    try (KafkaClient kafka = new KafkaClient(fob.settings.bootstrapServers())) {
      records = kafka.all("fob.access").stream().map(ConsumerRecord::value).toList();
    }

    // Then
    assertThat(records)
        .isNotEmpty()
        .allSatisfy(record ->
            assertThat(record)
                .matches(".*\"sha256\":\"[0-9a-f]{64}\".*")
                .doesNotContain(text, text.substring(text.lastIndexOf('_') + 1)));
  }

  @Test
  void theOperatorsKeyIsAnAdminKeyOfItsGateway() throws Exception {
    // Given
    String text = "fob_admin_" + "x".repeat(48);
    GatewayConfig config =
        GatewayConfig.standard(fob.settings, "127.0.0.1", 0).withAccess(AccessConfig.of(text));

    // When
    try (Gateway third = Gateway.listen(config)) {
      third.connect(new Bus(fob.settings));
      try (FobClient without = new FobClient(URI.create("http://127.0.0.1:" + third.port()));
          FobClient operator = without.withKey(text)) {

        // Then
        assertThat(operator.get("/api/keys").status()).isEqualTo(200);
        assertThat(Keys.make(operator, "{\"name\":\"b\",\"role\":\"call\"}").at("/by"))
            .isEqualTo("FOB_ADMIN_KEY (admin)");
        assertProblem(without.get("/api/stats"), 401, "gateway", "no-key");
        assertProblem(
            operator.send("PUT", "/api/secrets/A", BodyPublishers.ofString("x")),
            503,
            "gateway",
            "no-secret-key");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/stats?follow=true",
        "/api/live?follow=true",
        "/api/events?of=functions,live,dead",
        "/api/logs/followed?follow=true",
        "/api/calls/followed?follow=true"
      })
  void streamEndsWhenItsKeyIsDeleted(String path) throws Exception {
    // Given
    admin.register("name=followed", ADD);
    Answer key = Keys.make(admin, "{\"name\":\"follower\",\"role\":\"deploy\"}");
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(admin.url() + path))
            .header("Authorization", "Bearer " + key.at("/key"))
            .timeout(SOON)
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<Stream<String>> reply = client.send(request, BodyHandlers.ofLines());
      Iterator<String> lines = reply.body().iterator();
      assertThat(reply.statusCode()).isEqualTo(200);
      assertThat(lines.next()).isNotEmpty();

      // When
      assertThat(admin.delete("/api/keys/" + key.at("/id")).status()).isEqualTo(204);

      // Then
      List<String> rest = new ArrayList<>();
      lines.forEachRemaining(rest::add);
      assertThat(rest)
          .containsSubsequence("event: refused", "data: the key does not allow this any more");
    }
  }
}
