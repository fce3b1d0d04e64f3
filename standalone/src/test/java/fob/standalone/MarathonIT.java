package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Calls over HTTP with the Marathon platform: each function is an app, whose task is a real
 * container that fetches its code from the gateway.
 */
class MarathonIT extends OnMarathon {

  @Test
  void functionIsAnAppWhoseContainerAnswersCalls() {
    // When
    String add = fob.register("name=on-marathon", Repository.example("add.py"));

    // Then
    assertThat(fob.get("/api/call/on-marathon?param1:1,param2:1").text())
        .isEqualTo("{\"result\":2}");
    assertThat(marathon.containers(add)).hasSize(1);
    Answer meta = fob.get("/api/meta/" + add);
    assertThat(meta.at("/platform")).isEqualTo("marathon");
    assertThat(meta.at("/host")).isEqualTo("127.0.0.1");

    // When
    fob.delete("/api/gen/" + add);

    // Then
    await().atMost(MarathonFob.SOON).until(() -> marathon.containers(add).isEmpty());
    assertThat(fob.get("/api/call/" + add).status()).isEqualTo(404);
  }

  @Test
  void containerThatDiesIsReplacedAndCallsGoOn() {
    // Given
    String add = fob.register("", Repository.example("add.py"));
    String killed = marathon.containers(add).getFirst().getId();

    // When
    marathon.engine.killContainerCmd(killed).exec();

    // Then
    await()
        .atMost(MarathonFob.SOON)
        .until(() -> {
          Answer answer = fob.call(add, "{\"param1\":1,\"param2\":2}");
          return answer.status() == 200
              && !marathon.containers(add).getFirst().getId().equals(killed);
        });
  }

  @Test
  void whatCallsPrintIsInTheLogThoughTheDeployerCannotReadIt() {
    // Given
    String code =
        "def callme(n):\n    print('printed', n)\n    if n == 2:\n        raise ValueError(n)\n";
    String id = fob.register("", code);

    // When
    String first = fob.call(id, "{\"n\":1}").header("Fob-Request-Id");
    Answer second =
        fob.post(
            "/api/call/" + id, "{\"n\":2}", "Content-Type", "application/json", "Fob-Log", "tail");
    String third = fob.callAsync(id, "{\"n\":3}");

    // Then
    assertThat(fob.result(third).status()).isEqualTo(200);
    assertThat(second.at("/log/0")).isEqualTo("printed 2");
    String request = second.header("Fob-Request-Id");
    await()
        .atMost(MarathonFob.SOON)
        .untilAsserted(() ->
            assertThat(fob.get("/api/logs/" + id).text())
                .contains(
                    first + " printed 1\n",
                    request + " printed 2\n",
                    request + " ValueError: 2\n",
                    third + " printed 3\n"));
  }

  @Test
  void theTokenOfAFunctionOpensItsOwnCodeAlone() {
    // Given
    String id = fob.register("", "def callme():\n    return 1");
    String other = fob.register("", "def callme():\n    return 2");
    String token = marathon.variable(id, "FOB_CODE_TOKEN");

    // When
    Answer own = fob.get("/api/cs/" + id, "Authorization", "Bearer " + token);

    // Then
    assertThat(own.text()).isEqualTo("def callme():\n    return 1");
    for (String path :
        List.of("/api/cs/" + other, "/api/stats", "/api/logs/" + id, "/api/call/" + id)) {
      assertThat(fob.get(path, "Authorization", "Bearer " + token).status())
          .as(path)
          .isEqualTo(401);
    }
    assertThat(fob.get("/api/secrets-of/" + other, "Authorization", "Bearer " + token).status())
        .isEqualTo(401);
  }

  @Test
  void containerFetchesItsSecretsFromTheGatewayAndTheAppHasNone() {
    // Given
    String code =
        """
        import os
        def callme():
            with open("/run/secrets/CERTIFICATE") as file:
                return [os.environ["TOKEN"], file.read(), os.environ.get("CERTIFICATE")]
        """;
    for (String name : List.of("TOKEN", "CERTIFICATE")) {
      assertThat(marathon.putSecret(name, "hush-" + name).status()).isEqualTo(201);
    }

    // When
    String id = fob.register("secret=TOKEN&secret=CERTIFICATE:file", code);

    // Then
    assertThat(fob.call(id, "{}").text())
        .isEqualTo("{\"result\":[\"hush-TOKEN\",\"hush-CERTIFICATE\",null]}");
    String container = marathon.containers(id).getFirst().getId();
    assertThat(marathon.inspect(container))
        .contains("/api/secrets-of/" + id)
        .doesNotContain("hush-");
    assertThat(fob.get("/api/secrets-of/" + id, "Authorization", "Bearer x").status())
        .isEqualTo(401);
    assertThat(fob.get("/api/cs/" + id, "Authorization", "Bearer x").status()).isEqualTo(401);

    // When
    assertThat(marathon.putSecret("TOKEN", "hush-new").status()).isEqualTo(204);

    // Then
    await()
        .atMost(MarathonFob.SOON)
        .untilAsserted(() -> assertThat(fob.call(id, "{}").text()).contains("\"hush-new\""));
  }

  @Test
  void functionWhoseCodeDoesNotLoadSaysWhy() {
    // When
    Answer answer = fob.post("/api/gen", "def callme(:\n", "Prefer", "wait=60");

    // Then
    assertThat(answer.status()).as(answer.toString()).isEqualTo(422);
    assertThat(answer.at("/detail")).contains("SyntaxError");
  }

  @Test
  void restartOfTheDeployerLeavesContainersAlone() throws Exception {
    // Given
    String add = fob.register("", Repository.example("add.py"));
    String before = marathon.containers(add).getFirst().getId();
    long writes = marathon.writes();

    // When
    marathon.stopDeployer();
    Answer meanwhile = fob.call(add, "{\"param1\":1,\"param2\":2}");
    marathon.startDeployer();
    String later = fob.register("", Repository.example("helloworld.py"));

    // Then
    assertThat(meanwhile.text()).isEqualTo("{\"result\":3}");
    assertThat(fob.call(later, "").text()).isEqualTo("{\"result\":42}");
    assertThat(fob.call(add, "{\"param1\":1,\"param2\":2}").text()).isEqualTo("{\"result\":3}");
    assertThat(marathon.containers(add).getFirst().getId()).isEqualTo(before);
    assertThat(marathon.writes() - writes).isEqualTo(1);
  }

  @Test
  void registrationIsOneWriteToMarathon() {
    // Given
    int registrations = 10;
    long writes = marathon.writes();
    List<Duration> took = new ArrayList<>();

    // When
    for (int i = 0; i < registrations; i++) {
      long start = System.nanoTime();
      String id = fob.post("/api/gen", Repository.example("helloworld.py")).at("/id");
      assertThat(fob.call(id, "").text()).isEqualTo("{\"result\":42}");
      took.add(Duration.ofNanos(System.nanoTime() - start));
    }

    // Then
    assertThat(marathon.writes() - writes).isEqualTo(registrations);
    took.sort(null);
    System.out.printf(
        "registration to first result through Marathon: p50 %d ms, most %d ms%n",
        took.get(registrations / 2).toMillis(), took.getLast().toMillis());
  }
}
