package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Names, versions and removals. */
@Timeout(120)
@ExtendWith(SharedFob.class)
class RegistrationIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  private final FobClient fob;

  RegistrationIT(FobClient fob) {
    this.fob = fob;
  }

  private static String returning(int number) {
    return "def callme():\n    return " + number + "\n";
  }

  @Test
  void callRightAfterRegistrationWaitsUntilTheFunctionIsReady() {
    // Given
    String slowToLoad = "import time\ntime.sleep(0.5)\n" + returning(1);

    // When
    Answer created = fob.post("/api/gen?name=read-your-writes", slowToLoad);
    Answer byId = fob.get("/api/call/" + created.at("/id"));
    Answer byName = fob.get("/api/call/read-your-writes");

    // Then
    assertThat(created.status()).isEqualTo(201);
    assertThat(byId.text()).isEqualTo("{\"result\":1}");
    assertThat(byName.text()).isEqualTo("{\"result\":1}");
  }

  @Test
  void languagesAreListedWithTheNamesOfTheirFiles() {
    // When
    Answer languages = fob.get("/api/languages");

    // Then
    assertThat(languages.status()).isEqualTo(200);
    assertThat(languages.json().at("/languages").findValuesAsText("name")).contains("python");
    assertThat(languages.text()).contains(".py", "main.py");
  }

  @Test
  void listSaysWhichShareOfTheCallsAVersionHas() {
    // When
    fob.post("/api/gen?name=weighed", returning(1), "Prefer", "wait=60");

    // Then
    assertThat(fob.get("/api/stats").json().at("/details"))
        .filteredOn(each -> each.at("/name").asText().equals("weighed"))
        .extracting(each -> each.at("/weight").asInt())
        .containsExactly(100);
  }

  @Test
  void preferWaitReturnsOnceTheFunctionIsReady() {
    // When
    Answer created = fob.post("/api/gen", returning(1), "Prefer", "wait=60");

    // Then
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.header("Preference-Applied")).isEqualTo("wait=60");
    assertThat(fob.status(created.at("/id"))).isEqualTo("ready");
  }

  @Test
  void preferWaitEndsInTimeWhenTheFunctionIsNotReadyByThen() {
    // When
    Answer created =
        fob.post("/api/gen", "import time\ntime.sleep(20)\n" + returning(1), "Prefer", "wait=1");

    // Then
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.took()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(10));
    assertThat(fob.status(created.at("/id"))).isEqualTo("deploying");
    fob.delete("/api/gen/" + created.at("/id"));
  }

  @Test
  void nameMovesToTheNewVersionOnceThatIsReady() {
    // Given
    String one = fob.register("name=moving", returning(1));

    // When
    String two = fob.register("name=moving", returning(2));

    // Then
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(fob.get("/api/call/moving").text()).isEqualTo("{\"result\":2}"));
    assertThat(fob.get("/api/meta/moving").at("/id")).isEqualTo(two);
    assertThat(fob.get("/api/call/" + one).text()).isEqualTo("{\"result\":1}");
  }

  @Test
  void brokenNewVersionLeavesTheOldOneInPlace() {
    // Given
    String one = fob.register("name=guarded", returning(1));

    // When
    Answer broken = fob.post("/api/gen?name=guarded", "def callme(:\n", "Prefer", "wait=60");

    // Then
    assertThat(broken.status()).isEqualTo(422);
    assertThat(fob.status(broken.at("/id"))).isEqualTo("failed");
    assertThat(fob.get("/api/call/guarded").text()).isEqualTo("{\"result\":1}");
    assertThat(fob.get("/api/meta/guarded").at("/id")).isEqualTo(one);
  }

  @Test
  void removedFunctionIsGoneAtOnceAndForGood() {
    // Given
    String id = fob.register(HostProcesses.OWN_SANDBOX, returning(1));

    // When
    Answer removed = fob.delete("/api/gen/" + id);

    // Then
    assertThat(removed.status()).isEqualTo(204);
    assertGone(id);
    await().atMost(SOON).until(() -> HostProcesses.ofFunction(id).isEmpty());
    assertGone(id);
    assertThat(fob.get("/api/stats").text()).doesNotContain(id);
  }

  @Test
  void removalByNameTakesTheNameAndItsVersion() {
    // Given
    String id = fob.register("name=removed-by-name", returning(1));

    // When
    Answer removed = fob.delete("/api/gen/removed-by-name");

    // Then
    assertThat(removed.status()).isEqualTo(204);
    assertGone(id);
    assertGone("removed-by-name");
    assertThat(fob.delete("/api/gen/removed-by-name").status()).isEqualTo(404);
  }

  @Test
  void nameFallsBackToTheVersionBeforeWhenTheNewestIsRemoved() {
    // Given
    String one = fob.register("name=falling", returning(1));
    String two = fob.register("name=falling&" + HostProcesses.OWN_SANDBOX, returning(2));
    await().atMost(SOON).until(() -> fob.get("/api/meta/falling").at("/id").equals(two));

    // When
    fob.delete("/api/gen/" + two);

    // Then
    assertThat(fob.get("/api/call/falling").text()).isEqualTo("{\"result\":1}");
    await().atMost(SOON).until(() -> HostProcesses.ofFunction(two).isEmpty());
    assertThat(fob.get("/api/meta/falling").at("/id")).isEqualTo(one);
  }

  @Test
  void removedNameCanBeGivenAgain() {
    // Given
    fob.register("name=phoenix", returning(1));
    fob.delete("/api/gen/phoenix");

    // When
    fob.post("/api/gen?name=phoenix", returning(2));

    // Then
    assertThat(fob.get("/api/call/phoenix").text()).isEqualTo("{\"result\":2}");
  }

  private void assertGone(String function) {
    assertThat(fob.get("/api/call/" + function).status()).isEqualTo(404);
    assertThat(fob.get("/api/meta/" + function).status()).isEqualTo(404);
    assertThat(fob.get("/api/cs/" + function).status()).isEqualTo(404);
  }
}
