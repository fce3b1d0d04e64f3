package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.deployer.Platforms;
import fob.service.Env;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dependencies of functions in containers of the engine. */
class DockerPackagesIT extends ContainerPackages {

  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir static Path folder;

  private PackageIndex index;
  private Standalone fob;
  private FobClient client;

  @Override
  protected FobClient client() {
    return client;
  }

  @BeforeAll
  void start() throws Exception {
    index = new PackageIndex();
    start(true);
  }

  /**
   * Starts fob.
   *
   * @param endsFunctions whether containers and files end with it
   */
  private void start(boolean endsFunctions) throws Exception {
    Map<String, String> settings =
        Map.of(
            "DOCKER_HOST",
            "unix:///var/run/docker.sock",
            "FOB_DOCKER_INSTALL_NETWORK",
            "host",
            "FOB_PIP_INDEX_URL",
            index.url(),
            "FOB_RUNTIME_DIR",
            folder.toString());
    LocalPlatform platform =
        (temporary, logs, drivers) ->
            Platforms.DOCKER.configure(
                new Env(settings),
                new Platforms.Surroundings(temporary, logs, endsFunctions, drivers));
    fob =
        Standalone.start(
            new StandaloneOptions(
                folder.resolve("data"), "127.0.0.1", "", 0, 0, Repository.DRIVERS, platform));
    client = new FobClient(fob.url());
  }

  @AfterAll
  void stop() {
    if (client != null) {
      stopFob();
    }
    index.close();
  }

  private void stopFob() {
    client.close();
    fob.close();
  }

  @Test
  void theNextDeployerUnpacksTheLayerAgainWhoseFilesAreDamaged() throws Exception {
    // Given
    String id = client.register("", PackageIndex.code("fobsample"));
    stopFob();
    start(false);
    awaitResult(id);
    stopFob();

    // When
    Files.write(InstallingFob.one(folder, "glob:**/layers/layer-*/fobsample.py"), new byte[0]);
    start(true);

    // Then
    String again = client.register("", PackageIndex.code("fobsample") + "# another one\n");
    assertThat(client.get("/api/call/" + again).text())
        .isEqualTo("{\"result\":\"from the index\"}");
    awaitResult(id);
  }

  private void awaitResult(String id) {
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(client.get("/api/call/" + id).text())
                .isEqualTo("{\"result\":\"from the index\"}"));
  }

  @Test
  void aFunctionCannotChangeTheLayerThatOthersShare() {
    // Given
    String write =
        "    try:\n        open('/fob/layer/x', 'w')\n    except OSError as e:\n        return e.strerror\n";

    // When
    String id =
        client.register("", PackageIndex.code("fobsample").replaceFirst("    return .*\n", write));

    // Then
    assertThat(client.get("/api/call/" + id).text())
        .isEqualTo("{\"result\":\"Read-only file system\"}");
  }
}
