package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import fob.deployer.Platforms;
import fob.service.FileTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Packages of Python, with the real installer and an index on this machine. */
@Timeout(180)
class PackagesIT {

  private static LocalPlatform platform(PackageIndex index) {
    return LocalPlatform.of(
        Platforms.PROCESS,
        Map.of("FOB_PIP_INDEX_URL", index.url(), "FOB_FUNCTION_NETWORK", "host"));
  }

  @Test
  void aPackageOfTheIndexIsInstalledAndOneThatIsMissingIsNamed() throws Exception {
    Path data = Files.createTempDirectory("fobtest");
    try (PackageIndex index = new PackageIndex();
        Standalone fob =
            Standalone.start(
                new Standalone.Options(
                    data.resolve("data"),
                    "127.0.0.1",
                    "",
                    0,
                    0,
                    Repository.DRIVERS,
                    platform(index)));
        FobClient client = new FobClient(fob.url())) {
      // When
      String id = client.register("", PackageIndex.code("fobsample>=1"));
      Answer missing =
          client.post("/api/gen", PackageIndex.code("fobmissing==3"), "Prefer", "wait=50");

      // Then
      assertThat(client.get("/api/call/" + id).text()).isEqualTo("{\"result\":\"from the index\"}");
      Problems.assertProblem(missing, 422, "function", "not-ready");
      assertThat(missing.at("/detail")).contains("dependencies cannot be installed", "fobmissing");
    } finally {
      FileTree.delete(data);
    }
  }
}
