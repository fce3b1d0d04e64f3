package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * Dependencies of functions in containers, a subclass for each platform: Python's from an index on
 * this machine, those of Node and Java from the registries that everybody uses.
 */
@RequiresDocker
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ContainerPackages {

  protected abstract FobClient client();

  private static String example(String path) throws IOException {
    return Files.readString(Repository.ROOT.resolve("examples").resolve(path));
  }

  @Test
  void pythonGetsWhatTheIndexHasAndTellsWhatItHasNot() {
    // When
    String id = client().register("", PackageIndex.code("fobsample>=1"));
    Answer missing =
        client().post("/api/gen", PackageIndex.code("fobmissing==3"), "Prefer", "wait=50");

    // Then
    assertThat(client().get("/api/call/" + id).text()).isEqualTo("{\"result\":\"from the index\"}");
    Problems.assertProblem(missing, 422, "function", "not-ready");
    assertThat(missing.at("/detail")).contains("dependencies cannot be installed", "fobmissing");

    // The next deployer would try it again.
    assertThat(client().delete("/api/gen/" + missing.at("/id")).status()).isEqualTo(204);
  }

  @Test
  void nodeGetsPackagesOfNpm() throws IOException {
    String id = client().register("", example("node/duration.js"));

    assertThat(client().get("/api/call/" + id + "?text:2h").text()).contains("7200000", "2 hours");
  }

  @Test
  void javaGetsArtifactsOfMavenCentral() throws IOException {
    String id = client().register("memory=256", example("java/similarity.java"));

    assertThat(client().get("/api/call/" + id + "?left:kitten,right:sitting").text())
        .isEqualTo("{\"result\":3}");
  }
}
