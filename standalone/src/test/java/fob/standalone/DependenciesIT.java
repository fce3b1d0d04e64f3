package fob.standalone;

import static fob.standalone.InstallingFob.code;
import static fob.standalone.InstallingFob.made;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.service.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dependencies of functions, with the Python driver and an installer that is a shell script. */
@Timeout(180)
class DependenciesIT {

  private InstallingFob installing;

  @BeforeEach
  void makeALanguage() throws IOException {
    installing = new InstallingFob();
  }

  @AfterEach
  void clean() throws IOException {
    installing.close();
  }

  @Test
  void functionsWithTheSameDependenciesShareOneLayerWhichAlsoOutlivesARestart() throws Exception {
    String first;
    String second;
    String made;
    try (Standalone fob = installing.start();
        FobClient client = new FobClient(fob.url())) {
      // When
      first = client.register("", code("tiny"));
      second = client.register("", code("tiny") + "# another one\n");
      made = made(client, first);

      // Then the package was made once
      assertThat(made).isNotEmpty();
      assertThat(made(client, second)).isEqualTo(made);
      assertThat(made(client, client.register("", code("other")))).isNotEqualTo(made);
    }

    // When fob starts again, and nothing can be installed
    installing.refuse("lock", "install");
    try (Standalone fob = installing.start();
        FobClient client = new FobClient(fob.url())) {
      // Then
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(made(client, first)).isEqualTo(made));
      client.delete("/api/gen/" + first);
      assertThat(made(client, second)).isEqualTo(made);
      Answer new_ = client.post("/api/gen", code("fresh"), "Prefer", "wait=50");
      Problems.assertProblem(new_, 422, "function", "not-ready");
      assertThat(new_.at("/detail")).contains("dependencies cannot be installed", "no index");
    }
  }

  @ParameterizedTest
  @CsvSource({"5m, true", "0s, false"})
  void versionsAreChosenOnceForTheSameDeclarationWithinTheTimeOfTheOperator(
      String reuse, boolean once) throws Exception {
    try (Standalone fob = installing.start(reuse);
        FobClient client = new FobClient(fob.url())) {
      // Given an index with a new version at every look
      String first = client.register("", code("tiny newest"));

      // When
      String second = client.register("", code("tiny newest") + "# edited\n");

      // Then
      assertThat(made(client, second).equals(made(client, first))).isEqualTo(once);
    }
  }

  @Test
  void aGatewayGivesOutTheLayerOfAFunctionAsLongAsAFunctionUsesIt() throws Exception {
    try (Standalone fob = installing.start();
        FobClient client = new FobClient(fob.url())) {
      // Given
      String id = client.register("", code("tiny"));
      Answer meta = client.get("/api/meta/" + id);
      String url = fob.url() + "/api/layers/" + meta.at("/layer/id");

      // When
      byte[] archive;
      try (InputStream content = URI.create(url).toURL().openStream()) {
        archive = content.readAllBytes();
      }

      // Then
      assertThat(Sha256.of(archive)).isEqualTo(meta.at("/layer/sha256"));
      assertThat(meta.at("/layer/bytes")).isEqualTo(Integer.toString(archive.length));

      // When
      client.delete("/api/gen/" + id);

      // Then
      Answer gone = client.get("/api/layers/" + meta.at("/layer/id"));
      Problems.assertProblem(gone, 404, "gateway", "not-found");
      assertThat(gone.at("/detail")).contains(meta.at("/layer/id"), "/api/meta");
    }
  }

  @Test
  void theInstallersErrorIsTheReasonAndARemovalEndsTheInstaller() throws Exception {
    try (Standalone fob = installing.start();
        FobClient client = new FobClient(fob.url())) {
      // When
      Answer failed = client.post("/api/gen", code("tiny unknown"), "Prefer", "wait=50");

      // Then
      Problems.assertProblem(failed, 422, "function", "not-ready");
      assertThat(failed.at("/detail")).contains("there is no package tiny", "known are a, b");

      // When an installer hangs
      String hanging = client.post("/api/gen", code("tiny hangs")).at("/id");
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() ->
              assertThat(client.get("/api/meta/" + hanging).at("/note"))
                  .startsWith("installing dependencies: resolving"));

      // Then others go on, and the removal ends it
      assertThat(made(client, client.register("", code("tiny")))).isNotEmpty();
      client.delete("/api/gen/" + hanging);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> client.get("/api/meta/" + hanging).status() == 404);
    }
  }

  @Test
  void aFunctionWithoutDependenciesNeedsNoInstaller() throws Exception {
    installing.deleteInstaller();
    try (Standalone fob = installing.start();
        FobClient client = new FobClient(fob.url())) {
      String id = client.register("", "def callme():\n    return 'plain'\n");
      assertThat(made(client, id)).isEqualTo("plain");
    }
  }
}
