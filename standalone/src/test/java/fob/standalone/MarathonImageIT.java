package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Functions in images of their own on Marathon, from the registration to the reply. */
class MarathonImageIT extends OnMarathon {

  private static final String IMAGE = "image=" + ExampleImage.NAME;

  /** Counts its calls, so that a result tells whether the runtime was started anew. */
  private static final String COUNT =
      "n = 0\ndef main(args):\n    global n\n    n += 1\n    return {'n': n}\n";

  @BeforeAll
  void build() throws Exception {
    ExampleImage.build();
  }

  private String container(String function) {
    return marathon.containers(function).getFirst().getId();
  }

  @Test
  void actionGetsItsCodeVariablesAndSecretsAndTheContainersDescriptionHasNoSecret() {
    // Given
    assertThat(marathon.putSecret("IMAGE_TOKEN", "hush-1").status()).isEqualTo(201);

    // When
    String id =
        fob.register(
            IMAGE + "&env.WHO=you&secret=IMAGE_TOKEN",
            "import os\ndef main(args):\n    return {'a': [os.environ['WHO'], os.environ['IMAGE_TOKEN']], **args}\n");

    // Then
    assertThat(fob.call(id, "{\"b\":1}").text())
        .isEqualTo("{\"result\":{\"a\": [\"you\", \"hush-1\"], \"b\": 1}}");
    assertThat(fob.get("/api/meta/" + id).at("/limits/concurrency")).isEqualTo("1");
    assertThat(marathon.inspect(container(id)))
        .doesNotContain("hush-1")
        .doesNotContain("FOB_CODE_");

    // When
    assertThat(marathon.putSecret("IMAGE_TOKEN", "hush-2").status()).isEqualTo(204);

    // Then
    await()
        .atMost(MarathonFob.SOON)
        .untilAsserted(() -> assertThat(fob.call(id, "{}").text()).contains("hush-2"));
  }

  @Test
  void imageWithADriverOfFobServesInItsOwnProtocol() {
    // When
    String id =
        fob.register(
            "image=fob-driver-python:latest",
            "def callme(a, b):\n    print('adding')\n    return a + b\n");

    // Then
    assertThat(fob.call(id, "{\"a\":1,\"b\":2}").text()).isEqualTo("{\"result\":3}");
    Answer wrong = fob.call(id, "{\"a\":1}");
    assertThat(wrong.status()).as(wrong.toString()).isEqualTo(422);
    await()
        .atMost(MarathonFob.SOON)
        .untilAsserted(() -> assertThat(fob.get("/api/logs/" + id).text()).contains(" adding\n"));
  }

  @Test
  void containerThatDiesIsReplacedByOneThatHasTheCode() {
    // Given
    String id = fob.register(IMAGE, COUNT);
    assertThat(fob.call(id, "{}").text()).isEqualTo("{\"result\":{\"n\": 1}}");
    assertThat(fob.call(id, "{}").text()).isEqualTo("{\"result\":{\"n\": 2}}");
    String killed = container(id);

    // When
    marathon.engine.killContainerCmd(killed).exec();

    // Then
    await()
        .atMost(MarathonFob.SOON)
        .untilAsserted(
            () -> assertThat(fob.call(id, "{}").text()).isEqualTo("{\"result\":{\"n\": 1}}"));
    assertThat(container(id)).isNotEqualTo(killed);
  }

  @Test
  void restartOfTheDeployerTouchesNoContainer() throws Exception {
    // Given
    String whisk = fob.register(IMAGE, COUNT);
    String driver =
        fob.register(
            "image=fob-driver-python:latest",
            "n = 0\ndef callme():\n    global n\n    n += 1\n    return n\n");
    fob.call(whisk, "{}");
    fob.call(driver, "{}");
    List<String> before = List.of(container(whisk), container(driver));
    long writes = marathon.writes();

    // When
    marathon.stopDeployer();
    Answer meanwhile = fob.call(whisk, "{}");
    fob.call(driver, "{}");
    marathon.startDeployer();
    String later = fob.register(IMAGE, COUNT);

    // Then
    assertThat(meanwhile.text()).isEqualTo("{\"result\":{\"n\": 2}}");
    assertThat(fob.call(whisk, "{}").text()).isEqualTo("{\"result\":{\"n\": 3}}");
    assertThat(fob.call(driver, "{}").text()).isEqualTo("{\"result\":3}");
    assertThat(fob.call(later, "{}").text()).isEqualTo("{\"result\":{\"n\": 1}}");
    assertThat(List.of(container(whisk), container(driver))).isEqualTo(before);
    assertThat(marathon.writes() - writes).isEqualTo(1);
  }

  @Test
  void containerThatIsReplacedWhileNoDeployerIsThereGetsItsCodeFromTheNext() throws Exception {
    // Given
    String id = fob.register(IMAGE, COUNT);
    String killed = container(id);
    marathon.stopDeployer();

    // When
    marathon.engine.killContainerCmd(killed).exec();
    await()
        .atMost(MarathonFob.SOON)
        .until(
            () -> marathon.containers(id).stream().anyMatch(each -> !each.getId().equals(killed)));
    marathon.startDeployer();

    // Then
    await()
        .atMost(MarathonFob.SOON)
        .untilAsserted(
            () -> assertThat(fob.call(id, "{}").text()).isEqualTo("{\"result\":{\"n\": 1}}"));
  }

  @Test
  void callThatNeverEndsIsCutOffAndAnotherInstanceTakesItsPlace() {
    // Given
    String id =
        fob.register(
            "timeout=1s&" + IMAGE,
            "import threading\ndef main(args):\n    threading.Event().wait(args.get('s', 0))\n    return {}\n");
    String first = container(id);

    // When
    Answer late = fob.call(id, "{\"s\":3600}");

    // Then
    assertThat(late.status()).isEqualTo(504);
    await()
        .atMost(MarathonFob.SOON)
        .untilAsserted(() ->
            assertThat(marathon.containers(id))
                .hasSize(1)
                .noneMatch(each -> each.getId().equals(first)));
    await()
        .atMost(MarathonFob.SOON)
        .untilAsserted(() -> assertThat(fob.call(id, "{}").text()).isEqualTo("{\"result\":{}}"));
  }

  @Test
  void refusalsSayWhatWasWrong() {
    // When
    Answer broken = fob.post("/api/gen?" + IMAGE, "def main(", "Prefer", "wait=50");
    Answer ofDriver =
        fob.post(
            "/api/gen?image=fob-driver-python:latest",
            "def callme():\n    return 1\nboom()\n",
            "Prefer",
            "wait=50");
    String missing = fob.post("/api/gen?image=no.such/image", "x").at("/id");

    // Then
    assertThat(broken.status()).as(broken.toString()).isEqualTo(422);
    assertThat(broken.at("/detail")).contains("The action failed to load: SyntaxError");
    assertThat(ofDriver.status()).as(ofDriver.toString()).isEqualTo(422);
    assertThat(ofDriver.text()).contains("NameError").contains("line 3");
    await()
        .atMost(MarathonFob.SOON)
        .untilAsserted(() ->
            assertThat(fob.get("/api/meta/" + missing).text())
                .contains("its image cannot be had; check the name of the image"));
    List.of(broken.at("/id"), ofDriver.at("/id"), missing)
        .forEach(id -> fob.delete("/api/gen/" + id));
  }
}
