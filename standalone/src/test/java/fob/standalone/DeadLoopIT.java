package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process ends when a thread has ended that it needs, so that a supervisor starts it again. */
@Timeout(180)
class DeadLoopIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int EXIT_CODE = 70;

  @TempDir Path dir;

  @Test
  void fobUpEndsWhenItsLoopOfCallsIsReplacedByAnotherProcess() {
    try (FobProcess fob = FobProcess.up(dir, dir.resolve("data"));
        FobClient client = fob.awaitUp()) {
      assertThat(client.get("/readyz").status()).isEqualTo(200);
      String broker = fob.out().replaceAll("(?s).*Kafka listens at ([^;]+);.*", "$1");

      // When
      try (FobProcess other =
          FobProcess.start(
              dir,
              "fob.invoker.Main",
              Map.of(
                  "FOB_KAFKA_BOOTSTRAP_SERVERS", broker,
                  "FOB_MEMBER", "standalone",
                  "FOB_PORT", "0",
                  "FOB_WARM_UP", "false"),
              List.of())) {

        // Then
        assertThat(fob.awaitExit(SOON))
            .as("exit code; the other is %s", other)
            .isEqualTo(EXIT_CODE);
        assertThat(fob.err().lines())
            .as(fob.toString())
            .filteredOn(line -> line.contains("so this process ends with exit code 70"))
            .isNotEmpty()
            .allMatch(line -> line.startsWith("fob: the loop ended unexpectedly"));
      }
    }
  }

  @Test
  void gatewayEndsWhenTheThreadOfItsProducerHasDied() {
    try (FatalGateway gateway = new FatalGateway(dir, Map.of())) {
      await()
          .atMost(SOON)
          .ignoreException(AssertionError.class)
          .until(() -> gateway.client().get("/readyz").text().contains("no deployer has run"));

      // When
      int code = gateway.writeAndEnd();

      // Then
      assertThat(code).isEqualTo(EXIT_CODE);
      assertThat(gateway.process().err())
          .contains("a thread ended unexpectedly, so this process ends with exit code 70")
          .contains("thread=kafka-producer-network-thread")
          .contains("NoClassDefFoundError: on purpose");
    }
  }
}
