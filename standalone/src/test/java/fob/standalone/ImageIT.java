package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Functions in images of their own, from the registration to the reply. */
@RequiresDocker
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImageIT {

  private static final String IMAGE = ExampleImage.NAME;
  private static final Duration SOON = Duration.ofSeconds(30);

  private Standalone fob;
  private FobClient client;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    ExampleImage.build();
    fob =
        Standalone.start(
            new StandaloneOptions(
                folder,
                "127.0.0.1",
                "",
                0,
                0,
                Repository.DRIVERS,
                LocalPlatform.docker("unix:///var/run/docker.sock")));
    client = new FobClient(fob.url());
  }

  @AfterAll
  void stop() {
    client.close();
    fob.close();
  }

  @Test
  void openWhiskActionIsCalledLikeAnyFunctionAndItsLinesAreInTheLog() {
    // Given
    String id =
        client.register(
            "image=" + IMAGE + "&env.WHO=you",
            "import os\ndef main(args):\n    print('got', args)\n    return {'hi': os.environ['WHO'], **args}\n");

    // When
    Answer answer = client.call(id, "{\"a\":[1,2]}");

    // Then
    assertThat(answer.text()).isEqualTo("{\"result\":{\"hi\": \"you\", \"a\": [1, 2]}}");
    Answer meta = client.get("/api/meta/" + id);
    assertThat(meta.at("/image")).isEqualTo(IMAGE);
    assertThat(meta.at("/language")).isEqualTo("image");
    assertThat(meta.at("/limits/concurrency")).isEqualTo("1");
    String request = answer.header("Fob-Request-Id");
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(client.get("/api/logs/" + id + "?request=" + request).text())
                .contains("got {'a': [1, 2]}")
                .doesNotContain("WHISK"));
  }

  @Test
  void errorsOfTheActionReachTheCaller() {
    // Given
    String id =
        client.register(
            "image=" + IMAGE,
            "def main(args):\n    if args.get('tell'):\n        return {'error': {'code': 7}}\n    raise ValueError('broken on purpose')\n");

    // When
    Answer raised = client.call(id, "{}");
    Answer told = client.call(id, "{\"tell\":true}");

    // Then
    assertThat(raised.status()).isEqualTo(500);
    assertThat(raised.text()).contains("ValueError: broken on purpose");
    assertThat(told.status()).isEqualTo(500);
    assertThat(told.text()).contains("\"code\":7");
  }

  @Test
  void asynchronousCallsAndSynchronousOnesTakeTurns() {
    // Given
    String id =
        client.register(
            "image=" + IMAGE,
            "import threading\ndef main(args):\n    threading.Event().wait(0.2)\n    return args\n");

    // When
    String later = client.callAsync(id, "{\"n\":1}");
    Answer now = client.call(id, "{\"n\":2}");

    // Then
    assertThat(now.text()).isEqualTo("{\"result\":{\"n\": 2}}");
    assertThat(client.result(later).text()).contains("{\"result\":{\"n\": 1}}");
  }

  @Test
  void zipFileIsUnpackedByTheRuntimeAndMainNamesTheEntryPoint() throws IOException {
    // Given
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      put(zip, "__main__.py", "from words import HELLO\ndef hey(args):\n    return {'a': HELLO}\n");
      put(zip, "words.py", "HELLO = 'hello'\n");
    }

    // When
    Answer registered =
        client.send(
            "POST",
            "/api/gen?main=hey&image=" + IMAGE,
            BodyPublishers.ofByteArray(bytes.toByteArray()),
            "Content-Type",
            "application/zip",
            "Prefer",
            "wait=50");

    // Then
    assertThat(registered.status()).as(registered.toString()).isEqualTo(201);
    assertThat(client.call(registered.at("/id"), "").text())
        .isEqualTo("{\"result\":{\"a\": \"hello\"}}");
    assertThat(client.get("/api/cs/" + registered.at("/id")).header("Content-Type"))
        .isEqualTo("application/zip");
  }

  private static void put(ZipOutputStream zip, String name, String text) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    zip.closeEntry();
  }

  @Test
  void callThatNeverEndsIsCutOffAndAnotherInstanceTakesItsPlace() {
    // Given
    String id =
        client.register(
            "timeout=1s&image=" + IMAGE,
            "import threading\ndef main(args):\n    threading.Event().wait(args.get('s', 0))\n    return {}\n");
    String first = client.get("/api/meta/" + id).at("/instances/0/id");

    // When
    Answer late = client.call(id, "{\"s\":3600}");

    // Then
    assertThat(late.status()).isEqualTo(504);
    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          Answer meta = client.get("/api/meta/" + id);
          assertThat(meta.at("/status")).isEqualTo("ready");
          assertThat(meta.at("/instances/0/id")).isNotEqualTo(first);
        });
    assertThat(client.call(id, "{}").text()).isEqualTo("{\"result\":{}}");
  }

  @Test
  void refusalsSayWhatWasWrong() {
    // When
    Answer broken = client.post("/api/gen?image=" + IMAGE, "def main(", "Prefer", "wait=50");
    Answer missing = client.post("/api/gen?image=no.such/image", "x", "Prefer", "wait=50");
    Answer malformed = client.post("/api/gen?image=No%20Image", "x");

    // Then
    assertThat(broken.text()).contains("The action failed to load: SyntaxError");
    assertThat(missing.text()).contains("pull it with: docker pull no.such/image");
    assertThat(malformed.status()).isEqualTo(400);
    assertThat(malformed.text()).contains("'image' must be the name of an image");
  }
}
