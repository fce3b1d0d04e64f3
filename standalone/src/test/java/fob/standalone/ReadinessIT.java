package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.deployer.Deployer;
import fob.invoker.Invoker;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gateway is ready only while everything is available that calls need. */
@Timeout(120)
class ReadinessIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path dir;

  private FobInParts fob;

  @BeforeEach
  void start() throws Exception {
    fob = new FobInParts(dir);
  }

  @AfterEach
  void stop() {
    fob.close();
  }

  private void awaitUnready(String component, String why) {
    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          Answer answer = fob.client.get("/readyz");
          assertThat(answer.status()).isEqualTo(503);
          assertThat(answer.at("/component")).isEqualTo(component);
          assertThat(answer.at("/detail")).contains(why);
        });
  }

  private void awaitReady() {
    await().atMost(SOON).until(() -> fob.client.get("/readyz").status() == 200);
  }

  @Test
  void whatIsMissingIsNamedUntilItIsThereAndOnceItIsGone() throws Exception {
    awaitUnready("platform", "no deployer has run on this bus yet");

    Deployer deployer = fob.deployer();
    awaitUnready("invoker", "no invoker is alive");

    Invoker invoker = fob.invoker("test");
    awaitReady();
    String id = fob.client.register("timeout=20s", Repository.example("helloworld.py"));
    assertThat(fob.client.get("/api/call/" + id).text()).isEqualTo("{\"result\":42}");

    invoker.close();
    awaitUnready("invoker", "no invoker is alive");
    fob.add(fob.invoker("test"));
    awaitReady();

    deployer.close();
    awaitUnready("platform", "no active deployer has been heard of");
    fob.add(fob.deployer());
    awaitReady();
  }
}
