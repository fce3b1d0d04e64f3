package fob.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class EndsIT {

  @Test
  void aStuckCallEndsTheProcessAfterTheOthers() throws IOException, InterruptedException {
    try (DriverProcess driver =
        DriverProcess.start(
            Functions.all(), Map.of("FOB_TIMEOUT_MS", "1500", "FOB_CONCURRENCY", "2"))) {
      // When
      var _ = driver.begin("{'what':'forever'}", "forever");
      var _ = driver.begin("{'what':'spin'}", "spin");

      // Then
      driver.log().await("running", 2);
      assertThat(driver.awaitEvent("draining"))
          .isEqualTo(Json.of("{'event':'draining','reason':'stuck-call'}"));
      assertThat(driver.exitCode()).isEqualTo(75);
      assertThat(String.join("\n", driver.log().all()))
          .contains("the call forever has not ended in its time", "at All.callme(Function.java:");
    }
  }

  @Test
  void sigtermLetsCallsFinish() throws Exception {
    String code =
        """
        double callme(double seconds) throws Exception {
          System.out.println("running");
          Thread.sleep((long) (seconds * 1000));
          return seconds;
        }
        """;
    try (DriverProcess driver = DriverProcess.start(code)) {
      // When
      CompletableFuture<Answer> call = driver.begin("{'seconds':1.5}", "r1");
      driver.log().await("running");
      driver.terminate();
      driver.awaitEvent("draining");

      // Then
      assertThat(driver.client().run("{'seconds':0}").error("reason")).isEqualTo("draining");
      assertThat(call.get().result().asDouble()).isEqualTo(1.5);
      assertThat(driver.exitCode()).isZero();
    }
  }

  @Test
  void exitByReflectionEndsItClearly() throws IOException, InterruptedException {
    try (DriverProcess driver = DriverProcess.start(Functions.all())) {
      var _ = driver.begin("{'what':'exit'}", "leaver");
      assertThat(driver.exitCode()).isEqualTo(76);
      assertThat(String.join("\n", driver.log().all()))
          .contains("the call leaver has ended the process");
    }
  }

  @Test
  void memoryThatStaysFullEndsTheCallOrTheProcess() throws Exception {
    try (DriverProcess driver =
        DriverProcess.start(Functions.conformance("memory"), Map.of("FOB_TIMEOUT_MS", "5000"))) {
      // When
      Optional<Answer> answer =
          driver.begin("{}", "r1").handle((got, _) -> Optional.ofNullable(got)).get();

      // Then
      if (answer.isPresent()) {
        assertThat(answer.get().error("type")).isEqualTo("java.lang.OutOfMemoryError");
        assertThat(driver.client().get("/health").status()).isEqualTo(200);
      } else {
        assertThat(driver.exitCode()).isIn(75, 76);
      }
    }
  }
}
