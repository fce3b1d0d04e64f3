package fob.deployer.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import fob.deployer.local.SandboxOutput;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthTest {

  @TempDir Path dir;

  private List<JsonNode> events(String health) throws IOException {
    Path socket = dir.resolve("s" + System.nanoTime());
    List<JsonNode> events = new ArrayList<>();
    try (UnixAnswer _ = new UnixAnswer(socket, health)) {
      Health.tell(
          URI.create("unix:" + socket),
          new SandboxOutput() {
            @Override
            public void event(byte[] line) {
              events.add(Json.parse(line));
            }

            @Override
            public void log(byte[] line) {
              throw new IllegalStateException("health is no log");
            }
          });
    }
    return events;
  }

  private List<String> names(String health) throws IOException {
    return events(health).stream().map(event -> event.path("event").asText()).toList();
  }

  @Test
  void stateIsToldAsTheEventsThatLedToIt() throws IOException {
    assertThat(names("{\"state\":\"ready\"}")).containsExactly("ready");
    assertThat(names("{\"state\":\"draining\"}")).containsExactly("ready", "draining");
    assertThat(names("{\"state\":\"starting\"}")).isEmpty();
  }

  @Test
  void failureComesWithItsError() throws IOException {
    // When
    List<JsonNode> events =
        events("{\"state\":\"failed\",\"error\":{\"type\":\"KeyError\",\"message\":\"x\"}}");

    // Then
    assertThat(events).hasSize(1);
    assertThat(events.getFirst().path("event").asText()).isEqualTo("failed");
    assertThat(events.getFirst().path("error").path("type").asText()).isEqualTo("KeyError");
  }

  @Test
  void driverThatSaysNothingOfUseIsAnError() {
    assertThatThrownBy(() -> events("what?")).hasMessageContaining("not JSON");
    assertThatThrownBy(() -> Health.tell(URI.create("unix:" + dir.resolve("none")), noOutput()))
        .isInstanceOf(IOException.class);
    assertThat(Health.isAnybodyAt(URI.create("unix:" + dir.resolve("none")))).isFalse();
  }

  private static SandboxOutput noOutput() {
    return new SandboxOutput() {
      @Override
      public void event(byte[] line) {
        throw new IllegalStateException();
      }

      @Override
      public void log(byte[] line) {
        throw new IllegalStateException();
      }
    };
  }
}
