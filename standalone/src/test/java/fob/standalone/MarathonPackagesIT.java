package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Dependencies of functions on Marathon: their installers are apps, and instances fetch the layer
 * from the gateway.
 */
class MarathonPackagesIT extends ContainerPackages {

  private PackageIndex index;
  private MarathonFob marathon;
  private FobClient fob;

  @Override
  protected FobClient client() {
    return fob;
  }

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    index = new PackageIndex(MarathonFob.bridgeAddress());
    marathon = new MarathonFob(folder, Map.of("FOB_PIP_INDEX_URL", index.url()));
    fob = marathon.client;
  }

  @AfterAll
  void stop() {
    if (marathon != null) {
      marathon.close();
    }
    index.close();
  }

  private JsonNode apps() throws Exception {
    return Json.parse(marathon("GET", "").getBytes(StandardCharsets.UTF_8)).path("apps");
  }

  private List<String> installers() throws Exception {
    return apps()
        .valueStream()
        .map(app -> app.path("id").asText())
        .filter(id -> id.startsWith("/fob/fn/i-"))
        .toList();
  }

  /** Sends a request to {@code /v2/apps}, and returns the answer. */
  private String marathon(String method, String body) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(marathon.marathon.url() + "/v2/apps"))
              .header("Content-Type", "application/json")
              .method(method, HttpRequest.BodyPublishers.ofString(body))
              .build();
      return http.send(request, BodyHandlers.ofString()).body();
    }
  }

  @AfterEach
  void noInstallerIsLeft() throws Exception {
    assertThat(installers()).isEmpty();
  }

  @Test
  void functionsWithTheSamePackagesShareOneLayerWhoseNativeCodeCanRun() throws Exception {
    // Given
    String first = fob.register("", PackageIndex.code("fobsample"));
    String map =
        """
            import mmap
            with open(fobsample.__file__, "rb") as file:
                mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ | mmap.PROT_EXEC).close()
            return "mapped"
        """;
    long writes = marathon.writes();

    // When
    String second =
        fob.register("", PackageIndex.code("fobsample").replaceFirst("    return .*\n", map));

    // Then no step chose the versions again, and none installed them
    assertThat(marathon.writes() - writes).isEqualTo(1);
    assertThat(fob.get("/api/call/" + second).text()).isEqualTo("{\"result\":\"mapped\"}");
    assertThat(fob.get("/api/meta/" + second).at("/layer/id"))
        .isNotEmpty()
        .isEqualTo(fob.get("/api/meta/" + first).at("/layer/id"));
  }

  @Test
  void theNextDeployerInstallsNothingAgainAndDeletesAnInstallerThatWasLeft() throws Exception {
    // Given
    String id = fob.register("", PackageIndex.code("fobsample"));
    String container = marathon.containers(id).getFirst().getId();
    marathon.stopDeployer();
    String owner = apps().get(0).at("/labels/fob.owner").asText();
    marathon(
        "POST",
        "{\"id\":\"/fob/fn/i-0123456789abcdef\",\"labels\":{\"fob.owner\":\"%s\"},\"cmd\":\"sleep 9\",\"instances\":0}"
            .formatted(owner));
    assertThat(installers()).hasSize(1);
    long writes = marathon.writes();

    // When
    marathon.startDeployer();

    // Then
    await().atMost(MarathonFob.SOON).untilAsserted(() -> assertThat(installers()).isEmpty());
    String later = fob.register("", Repository.example("helloworld.py"));
    assertThat(fob.call(later, "").text()).isEqualTo("{\"result\":42}");
    assertThat(fob.get("/api/call/" + id).text()).isEqualTo("{\"result\":\"from the index\"}");
    assertThat(marathon.containers(id).getFirst().getId()).isEqualTo(container);
    assertThat(marathon.writes() - writes).isEqualTo(2);
  }

  @Test
  void packagesDoNotCountAgainstTheMemoryOfTheFunction() {
    // When a function that may have 20 MiB of files needs a package of 24 MiB
    String id = fob.register("memory=40", PackageIndex.largeCode());

    // Then
    assertThat(fob.get("/api/call/" + id).text()).isEqualTo("{\"result\":\"from the index\"}");
  }
}
