package fob.standalone;

import static fob.standalone.Problems.assertCallProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Attacks by functions, each a file of {@code hostile/}, on a fob that runs as users run it. Their
 * outcome is looked at from outside: what callers get, what the host still runs.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class HostileFunctions {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int CALLERS = 16;
  private static final long MOST_LOG_BYTES = 10 * 1024 * 1024;

  /** How a function may name a path by one of its processes. */
  private static final String WAY = "^/proc/\\d+/(root|cwd)(?=/)";

  private final String platform;
  private HostileFob fob;
  private FobClient client;

  HostileFunctions(String platform) {
    this.platform = platform;
  }

  @BeforeAll
  void start(@TempDir Path folder) {
    fob = HostileFob.start(folder, platform);
    client = fob.client();
  }

  @AfterAll
  void stop() {
    if (fob != null) {
      fob.close();
    }
  }

  HostileFob fob() {
    return fob;
  }

  /** Of those that give power over others elsewhere. */
  abstract List<String> callsThatArePossible();

  @Test
  void nothingOutlivesTheRemovalOfItsFunction() {
    // Given
    String id = fob.register(HostProcesses.OWN_SANDBOX, "outlive_removal.py");
    Set<String> groups = HostileFob.groups(id);
    assertThat(groups).isNotEmpty();

    // When
    Answer attack = client.call(id, "{}");
    assertThat(attack.status()).as(attack.toString()).isEqualTo(200);
    assertThat(HostileFob.members(groups)).hasSizeGreaterThan(5);

    // Then
    assertThat(attack.at("/result")).isIn(outcomesOfTracing());
    fob.removeAndAwaitNothingLeft(id, groups);
    assertThat(fob.neighbourAnswers(1)).isTrue();
  }

  /** Of the attempt to change process 1 of the sandbox. */
  abstract List<String> outcomesOfTracing();

  @ParameterizedTest
  @ValueSource(strings = {"return", "raise", "exit"})
  void copyOfTheDriverAnswersNobody(String how) throws Exception {
    // Given
    String id = fob.register("", "fork_and_return.py");

    // When
    Map<Integer, Answer> answers =
        callAll(id, n -> Json.MAPPER.createObjectNode().put("n", n).put("how", how));

    // Then
    assertOwnResults(answers);
    assertThat(client.call(id, "{\"n\":7,\"how\":\"" + how + "\"}").text())
        .isEqualTo("{\"result\":7}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fork_bomb.py", "thread_bomb.py"})
  void bombHarmsItsOwnFunctionAlone(String attack) throws Exception {
    // Given
    String id = fob.register("timeout=3s", attack);
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      // When
      Future<Answer> bomb = callers.submit(() -> client.call(id, "{\"bomb\":true}"));
      int answered = 0;
      while (!bomb.isDone()) {
        assertThat(fob.neighbourAnswers(++answered)).isTrue();
      }

      // Then
      assertThat(bomb.get().status()).as(bomb.get().toString()).isBetween(500, 504);
      assertThat(answered).isPositive();
    }
    await().atMost(SOON).until(() -> client.call(id, "{}").text().equals("{\"result\":\"quiet\"}"));
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(HostileFob.members(HostileFob.groups(id))).hasSizeLessThan(10));
  }

  @Test
  void memoryHogIsEndedAndItsStatusSaysWhy() {
    // Given
    String id = fob.register("memory=64", "memory_hog.py");

    // When
    Answer hog = client.call(id, "{\"hog\":true}");

    // Then
    assertThat(hog.status()).as(hog.toString()).isBetween(500, 503);
    await()
        .atMost(SOON)
        .until(
            () -> client.get("/api/meta/" + id).at("/lastEnd/reason").contains("64 MiB of memory"));
    await()
        .atMost(SOON)
        .until(() -> client.call(id, "{}").text().equals("{\"result\":\"modest\"}"));
    assertThat(fob.neighbourAnswers(2)).isTrue();
  }

  @Test
  void errorsOfManyMegabytesAreToldInShort() {
    // When
    Answer load =
        client.post("/api/gen?lang=python", HostileFob.source("loud_load.py"), "Prefer", "wait=50");
    ObjectNode names = Json.MAPPER.createObjectNode();
    IntStream.range(0, 60_000).forEach(n -> names.put("n" + n, 0));
    Answer call = client.call(fob.neighbour(), names.toString());

    // Then
    assertThat(load.status()).as(load.toString()).isEqualTo(422);
    assertThat(load.at("/detail")).contains("ValueError").hasSizeLessThan(16 * 1024);
    assertCallProblem(call, 422, "function", "bad-parameters");
    assertThat(call.body()).hasSizeLessThan(64 * 1024);
    assertThat(fob.neighbourAnswers(3)).isTrue();
  }

  @Test
  void brokenLibraryBreaksNoCall() throws Exception {
    // Given
    String id = fob.register("", "patched_library.py");

    // Then
    assertOwnResults(callAll(id, n -> Json.MAPPER.createObjectNode().put("n", n)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sockets", "events", "objects"})
  void nobodyGetsAForgedReply(String how) throws Exception {
    // Given
    String id = fob.register("", "forged_replies.py");

    // When: one of two calls is hostile
    Map<Integer, Answer> answers =
        callAll(
            id,
            n ->
                Json.MAPPER.createObjectNode().put("n", n).put("how", n % 2 == 0 ? how : "honest"));

    // Then
    assertNoResultOfAnother(answers);
    await().atMost(SOON).until(() -> client.call(id, "{\"n\":5}").text().equals("{\"result\":5}"));
    assertThat(client.status(id)).isEqualTo("ready");
    assertThat(fob.neighbourAnswers(4)).isTrue();
  }

  @Test
  void codeDriverAndSocketCannotBeChanged() {
    // Given
    String id = fob.register("", "forged_replies.py");

    // Then
    assertThat(client.call(id, "{\"how\":\"files\"}").text()).isEqualTo("{\"result\":[]}");
    assertThat(client.get("/api/cs/" + id).text())
        .isEqualTo(HostileFob.source("forged_replies.py"));
  }

  @Test
  void keysOfWhoStartedFobAreOutOfReach() {
    String id = fob.register("", "keyring.py");

    Answer answer = client.call(id, "{\"name\":\"" + HostileFob.SECRET + "\"}");

    assertThat(answer.text()).isEqualTo("{\"result\":[]}");
  }

  @Test
  void filesOfTheHostOfFobAndOfOthersAreOutOfReach() {
    // Given
    String id = fob.register("", "host_files.py");
    List<String> paths =
        Stream.of(
                fob.data + "",
                fob.data.resolve("fob.log") + "",
                Repository.ROOT + "",
                socketOf(fob.neighbour()),
                Path.of(socketOf(fob.neighbour())).resolveSibling(".").normalize() + "",
                socketOf(id))
            .toList();
    assertThat(paths).allSatisfy(path -> assertThat(Path.of(path)).exists());

    // When
    JsonNode result =
        client
            .call(id, Json.MAPPER.valueToTree(Map.of("paths", paths)).toString())
            .json()
            .path("result");

    // Then: what it sees is its own, and nothing that is the same on the host
    assertThat(result.path("reached")).isEmpty();
    assertThat(result.path("seen").isObject()).isTrue();
    assertThat(result.path("seen").propertyStream())
        .allSatisfy(seen ->
            assertThat(seen.getValue().asText())
                .as(seen.getKey())
                .isNotEqualTo(HostileFob.content(seen.getKey().replaceFirst(WAY, ""))));
  }

  @Test
  void systemCallsWithPowerOverOthersAreRefused() {
    // Given
    String id = fob.register("", "system_calls.py");

    // When
    JsonNode made = client.call(id, "{}").json().path("result");

    // Then
    assertThat(made.isArray()).isTrue();
    assertThat(made.valueStream().map(JsonNode::asText)).isSubsetOf(callsThatArePossible());
  }

  @Test
  void networkThatWasNotAskedForIsNotThere() throws IOException {
    // Given
    String id = fob.register("", "network.py");
    String name = "fob-abstract-" + fob.pid();
    String listen =
        "import socket, sys; s = socket.socket(socket.AF_UNIX); s.bind('\\0' + sys.argv[1]); s.listen();"
            + " print('up', flush=True); sys.stdin.read()";
    Process host = new ProcessBuilder("/usr/bin/python3", "-c", listen, name).start();
    try {
      assertThat(host.inputReader().readLine()).isEqualTo("up");
      ObjectNode parameters = Json.MAPPER.createObjectNode().put("abstract", name);
      parameters.putArray("ports").add(client.url().getPort()).add(fob.kafkaPort());

      // When
      Answer answer = client.call(id, parameters.toString());

      // Then
      assertThat(answer.text()).isEqualTo("{\"result\":[]}");
    } finally {
      host.destroyForcibly();
    }
  }

  @Test
  void whatAFunctionWritesIsBounded() throws IOException {
    // Given
    String id = fob.register("memory=64", "fill.py");
    Path log = fob.data.resolve("logs").resolve(id + ".log");

    // When
    JsonNode filled = client.call(id, "{\"what\":\"memory\"}").json().path("result");
    // The kernel may end an instance whose memory is full a moment later, and then a call has no
    // reply.
    await()
        .atMost(SOON)
        .until(() -> client.call(id, "{\"what\":\"log\"}").text().contains("empty"));

    // Then: up to half of the memory each, and no more than the memory together
    if (filled.isArray()) {
      assertThat(filled).allSatisfy(each -> assertThat(each.asInt()).isLessThanOrEqualTo(32));
    }
    await().atMost(SOON).until(() -> Files.exists(log.resolveSibling(id + ".log.1")));
    assertThat(Files.size(log) + Files.size(log.resolveSibling(id + ".log.1")))
        .isLessThanOrEqualTo(MOST_LOG_BYTES);
    assertThat(client.call(id, "{}").text()).isEqualTo("{\"result\":\"empty\"}");
  }

  @Test
  void functionThatHangsAtLoadKeepsNoOtherFromStarting() {
    // Given
    String hanging =
        client.post("/api/gen?lang=python", HostileFob.source("hang_at_load.py")).at("/id");

    // When
    String other = client.register("", "def callme():\n    return 'here'\n");

    // Then
    assertThat(client.call(other, "{}").text()).isEqualTo("{\"result\":\"here\"}");
    assertThat(client.status(hanging)).isEqualTo("deploying");
    client.delete("/api/gen/" + hanging);
  }

  @Test
  void functionThatStopsItselfIsReplaced() {
    // Given
    String id = fob.register("timeout=2s", "stop_itself.py");
    String first = client.call(id, "{}").text();

    // When
    Answer stopped = client.call(id, "{\"stop\":true}");

    // Then
    assertCallProblem(stopped, 504, "function", "timeout");
    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          Answer next = client.call(id, "{}");
          assertThat(next.status()).isEqualTo(200);
          assertThat(next.text()).isNotEqualTo(first);
        });
  }

  @Test
  void functionThatKillsWhatItSeesKillsItselfAlone() {
    // Given
    String id = fob.register("", "kill_everything.py");

    // When
    Answer killed = client.call(id, "{\"kill\":true}");

    // Then
    assertThat(killed.status()).as(killed.toString()).isBetween(500, 503);
    await().atMost(SOON).until(() -> client.call(id, "{}").text().equals("{\"result\":\"meek\"}"));
    assertThat(fob.neighbourAnswers(6)).isTrue();
    assertThat(ProcessHandle.of(fob.pid()))
        .hasValueSatisfying(each -> assertThat(each.isAlive()).isTrue());
  }

  private interface Parameters {
    ObjectNode of(int number);
  }

  /** Calls of many callers at the same time; the answer of caller n is at n. */
  private Map<Integer, Answer> callAll(String id, Parameters parameters) throws Exception {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> calls =
          IntStream.range(0, CALLERS)
              .mapToObj(n -> callers.submit(() -> client.call(id, parameters.of(n).toString())))
              .toList();
      Map<Integer, Answer> answers = new HashMap<>();
      for (int n = 0; n < CALLERS; n++) {
        answers.put(n, calls.get(n).get());
      }
      return answers;
    }
  }

  /** Whoever got a result got that of his own call. */
  private static void assertNoResultOfAnother(Map<Integer, Answer> answers) {
    answers.forEach((n, answer) -> {
      if (answer.status() == 200) {
        assertThat(answer.text()).isEqualTo("{\"result\":" + n + "}");
      } else {
        assertThat(answer.status()).as(answer.toString()).isBetween(500, 504);
        assertThat(answer.text()).doesNotContain("forged");
      }
    });
  }

  private static void assertOwnResults(Map<Integer, Answer> answers) {
    assertThat(answers.values())
        .allSatisfy(answer -> assertThat(answer.status()).as(answer.toString()).isEqualTo(200));
    assertNoResultOfAnother(answers);
  }

  private String socketOf(String function) {
    return client.get("/api/meta/" + function).at("/host").replaceFirst("^unix:", "");
  }
}
