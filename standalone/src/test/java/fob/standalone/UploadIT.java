package fob.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Functions of several files. */
@Timeout(120)
@ExtendWith(SharedFob.class)
class UploadIT {

  private static final String MAIN =
      """
      import os
      from lib.words import greeting

      HERE = os.path.dirname(os.path.abspath(__file__))

      def callme(name):
          with open(os.path.join(HERE, 'data', 'end.txt')) as end:
              return greeting(name) + end.read()
      """;

  private static final String WORDS = "def greeting(name):\n    return 'Hello, ' + name\n";

  private final FobClient fob;

  UploadIT(FobClient fob) {
    this.fob = fob;
  }

  private static byte[] zip(String... pathsAndTexts) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < pathsAndTexts.length; i += 2) {
        zip.putNextEntry(new ZipEntry(pathsAndTexts[i]));
        zip.write(pathsAndTexts[i + 1].getBytes(UTF_8));
      }
    }
    return bytes.toByteArray();
  }

  private static String part(String path, String text) {
    return "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n\r\n%s\r\n"
        .formatted(path, text);
  }

  @Test
  void aZipFileRunsWithItsModulesAndItsData() throws IOException {
    // Given
    byte[] zip = zip("p/main.py", MAIN, "p/lib/words.py", WORDS, "p/data/end.txt", "!");

    // When
    Answer created =
        fob.send("POST", "/api/gen", BodyPublishers.ofByteArray(zip), "Prefer", "wait=50");

    // Then
    assertThat(created.status()).as(created.toString()).isEqualTo(201);
    String id = created.at("/id");
    assertThat(fob.call(id, "{\"name\":\"Ada\"}").text()).isEqualTo("{\"result\":\"Hello, Ada!\"}");
    Answer meta = fob.get("/api/meta/" + id);
    assertThat(meta.at("/entry")).isEqualTo("main.py");
    assertThat(meta.at("/files")).isEqualTo("3");
    assertThat(meta.at("/language")).isEqualTo("python");
    Answer code = fob.get("/api/cs/" + id);
    assertThat(code.header("Content-Type")).isEqualTo("application/gzip");
    assertThat(code.header("Content-Disposition")).contains(id + ".tar.gz");
  }

  @Test
  void filesOfAFormRunTogether() {
    // Given
    String form =
        part("main.py", MAIN)
            + part("lib/words.py", WORDS)
            + part("data/end.txt", "?")
            + "--xyz--\r\n";

    // When
    Answer created =
        fob.post(
            "/api/gen",
            form,
            "Content-Type",
            "multipart/form-data; boundary=xyz",
            "Prefer",
            "wait=50");

    // Then
    assertThat(created.status()).as(created.toString()).isEqualTo(201);
    assertThat(fob.call(created.at("/id"), "{\"name\":\"Ada\"}").text())
        .isEqualTo("{\"result\":\"Hello, Ada?\"}");
  }

  private Answer postForm(String query, String... parts) {
    return fob.post(
        "/api/gen" + query,
        String.join("", parts) + "--xyz--\r\n",
        "Content-Type",
        "multipart/form-data; boundary=xyz",
        "Prefer",
        "wait=50");
  }

  @Test
  void settingsOfAFormAreThoseOfTheRegistration() {
    // Given
    String file = part("mode.py", "import os\ndef callme():\n    return os.environ['MODE']\n");
    String settings =
        part("settings.json", "{\"env\": {\"MODE\": \"test, all\"}, \"timeout\": \"2s\"}")
            .replace("name=\"file\"", "name=\"settings\"");

    // When
    Answer created = postForm("?concurrency=3", file, settings);
    Answer twice = postForm("?timeout=3s", file, settings);

    // Then
    assertThat(created.status()).as(created.toString()).isEqualTo(201);
    String id = created.at("/id");
    assertThat(fob.call(id, "{}").text()).isEqualTo("{\"result\":\"test, all\"}");
    assertThat(fob.get("/api/meta/" + id).text())
        .contains("\"timeout\":\"2s\"", "\"concurrency\":3");
    Problems.assertProblem(twice, 400, "gateway", "bad-settings");
    assertThat(twice.at("/detail")).contains("'timeout' is given twice");
  }

  @Test
  void anArchiveThatIsRefusedLeavesNothing() throws IOException {
    // Given
    int before = fob.get("/api/stats").json().path("functions").size();

    // When
    Answer answer =
        fob.send("POST", "/api/gen", BodyPublishers.ofByteArray(zip("main.py", MAIN, "../x", "")));

    // Then
    Problems.assertProblem(answer, 400, "gateway", "bad-upload");
    assertThat(answer.at("/detail")).contains("'../x'", "'..'");
    assertThat(fob.get("/api/stats").json().path("functions").size()).isEqualTo(before);
  }
}
