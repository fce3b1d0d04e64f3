package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import fob.deployer.Platforms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Dependencies of functions in containers: Python's from an index on this machine, those of Node
 * and Java from the registries that everybody uses.
 */
@RequiresDocker
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DockerPackagesIT {

  private static final String WAIT = "wait=60";

  private PackageIndex index;
  private Standalone fob;
  private FobClient client;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    index = new PackageIndex();
    LocalPlatform platform =
        LocalPlatform.of(
            Platforms.DOCKER,
            Map.of(
                "DOCKER_HOST", "unix:///var/run/docker.sock",
                "FOB_DOCKER_INSTALL_NETWORK", "host",
                "FOB_PIP_INDEX_URL", index.url()));
    fob =
        Standalone.start(
            new Standalone.Options(folder, "127.0.0.1", "", 0, 0, Repository.DRIVERS, platform));
    client = new FobClient(fob.url());
  }

  @AfterAll
  void stop() {
    if (client != null) {
      client.close();
      fob.close();
    }
    index.close();
  }

  private String register(String query, String code) {
    Answer created = client.post("/api/gen" + query, code, "Prefer", WAIT);
    assertThat(created.status()).as(created.toString()).isEqualTo(201);
    return created.at("/id");
  }

  private static String example(String path) throws IOException {
    return Files.readString(Repository.ROOT.resolve("examples").resolve(path));
  }

  @Test
  void pythonGetsWhatTheIndexHasAndTellsWhatItHasNot() {
    // When
    String id = register("", PackageIndex.code("fobsample>=1"));
    Answer missing = client.post("/api/gen", PackageIndex.code("fobmissing==3"), "Prefer", WAIT);

    // Then
    assertThat(client.get("/api/call/" + id).text()).isEqualTo("{\"result\":\"from the index\"}");
    Problems.assertProblem(missing, 422, "function", "not-ready");
    assertThat(missing.at("/detail")).contains("dependencies cannot be installed", "fobmissing");
  }

  @Test
  void aFunctionCannotChangeTheLayerThatOthersShare() {
    // Given
    String write =
        "    try:\n        open('/fob/layer/x', 'w')\n    except OSError as e:\n        return e.strerror\n";

    // When
    String id = register("", PackageIndex.code("fobsample").replaceFirst("    return .*\n", write));

    // Then
    assertThat(client.get("/api/call/" + id).text())
        .isEqualTo("{\"result\":\"Read-only file system\"}");
  }

  @Test
  void nodeGetsPackagesOfNpm() throws IOException {
    String id = register("", example("node/duration.js"));

    assertThat(client.get("/api/call/" + id + "?text:2h").text()).contains("7200000", "2 hours");
  }

  @Test
  void javaGetsArtifactsOfMavenCentral() throws IOException {
    String id = register("?memory=256", example("java/similarity.java"));

    assertThat(client.get("/api/call/" + id + "?left:kitten,right:sitting").text())
        .isEqualTo("{\"result\":3}");
  }
}
