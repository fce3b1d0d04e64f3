package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import fob.deployer.Platforms;
import fob.service.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Packages of Python, with the real installer and an index on this machine. */
@Timeout(180)
class PackagesIT {

  private PackageIndex index;
  private Path data;
  private Standalone fob;
  private FobClient client;

  @BeforeEach
  void start() throws Exception {
    index = new PackageIndex();
    data = Files.createTempDirectory("fobtest");
    LocalPlatform platform =
        LocalPlatform.of(
            Platforms.PROCESS,
            Map.of("FOB_PIP_INDEX_URL", index.url(), "FOB_FUNCTION_NETWORK", "host"));
    fob =
        Standalone.start(
            new StandaloneOptions(
                data.resolve("data"), "127.0.0.1", "", 0, 0, Repository.DRIVERS, platform));
    client = new FobClient(fob.url());
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    fob.close();
    index.close();
    FileTree.delete(data);
  }

  @Test
  void aPackageOfTheIndexIsInstalledAndOneThatIsMissingIsNamed() {
    // When
    String id = client.register("", PackageIndex.code("fobsample>=1"));
    Answer missing =
        client.post("/api/gen", PackageIndex.code("fobmissing==3"), "Prefer", "wait=50");

    // Then
    assertThat(client.get("/api/call/" + id).text()).isEqualTo("{\"result\":\"from the index\"}");
    Problems.assertProblem(missing, 422, "function", "not-ready");
    assertThat(missing.at("/detail")).contains("dependencies cannot be installed", "fobmissing");
  }

  @Test
  void versionsAreChosenAgainIfTheIndexHasNotTheFilesOfThoseThatWereJustChosen() {
    // Given a function that is removed, with its layer
    String first = client.register("", PackageIndex.code("fobsample"));
    assertThat(client.delete("/api/gen/" + first).status()).isEqualTo(204);

    // When
    index.replaceFiles("from the new files");
    String second = client.register("", PackageIndex.code("fobsample"));

    // Then
    assertThat(client.get("/api/call/" + second).text())
        .isEqualTo("{\"result\":\"from the new files\"}");
  }
}
