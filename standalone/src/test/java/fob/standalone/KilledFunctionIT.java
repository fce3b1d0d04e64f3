package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A function's process that is killed or frozen is replaced. */
@Timeout(120)
@ExtendWith(SharedFob.class)
class KilledFunctionIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  private final FobClient fob;

  KilledFunctionIT(FobClient fob) {
    this.fob = fob;
  }

  @Test
  void killedProcessComesBackAndItsStatusSaidWhy() {
    // Given
    String id = fob.register(HostProcesses.OWN_SANDBOX, Repository.example("helloworld.py"));
    for (int i = 0; i < 4; i++) {
      killAndCall(id);
    }

    // When
    kill(id);

    // Then
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(
            () -> assertThat(fob.get("/api/meta/" + id).at("/note")).contains("signal 9"));
    assertThat(fob.get("/api/call/" + id).text()).isEqualTo("{\"result\":42}");
    assertThat(fob.status(id)).isEqualTo("ready");
    Answer meta = fob.get("/api/meta/" + id);
    assertThat(meta.at("/lastEnd/reason")).contains("signal 9");
    assertThat(meta.at("/lastEnd/count")).isEqualTo("5");
    assertThat(Instant.parse(meta.at("/lastEnd/at"))).isBefore(Instant.now());
  }

  @Test
  void frozenProcessIsReplacedAndItsStatusSaysWhy() throws IOException {
    // Given
    String id = fob.register("timeout=3s", Repository.example("helloworld.py"));
    fob.get("/api/call/" + id);

    // When
    for (ProcessHandle driver : HostProcesses.ofFunction(id)) {
      new ProcessBuilder("kill", "-STOP", Long.toString(driver.pid())).start();
    }

    // Then
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(fob.get("/api/meta/" + id).at("/lastEnd/reason")).contains("health checks"));
    assertThat(fob.get("/api/call/" + id).text()).isEqualTo("{\"result\":42}");
  }

  /** The first restarts are too quick for their reason to be observed. */
  private void killAndCall(String id) {
    kill(id);
    await().atMost(SOON).until(() -> fob.get("/api/call/" + id).status() == 200);
  }

  private static void kill(String id) {
    List<ProcessHandle> drivers = HostProcesses.ofFunction(id);
    assertThat(drivers).isNotEmpty();
    drivers.forEach(ProcessHandle::destroyForcibly);
    await().atMost(SOON).until(() -> drivers.stream().noneMatch(ProcessHandle::isAlive));
  }
}
