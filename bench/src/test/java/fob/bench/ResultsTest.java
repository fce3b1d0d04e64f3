package fob.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bench.counts.Counts;
import fob.bus.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {

  @TempDir private Path folder;

  private static Figures figures(double perSecond, double p50) {
    return new Figures(100, perSecond, p50, 2, 3, 4, 5, new Counts(100, Map.of()));
  }

  private static Map<Rounds.Cell, Figures> medians() {
    Map<Rounds.Cell, Figures> medians = new LinkedHashMap<>();
    medians.put(new Rounds.Cell("no-op", BusTarget.BARE, 1), figures(1_000, 0.5));
    medians.put(new Rounds.Cell("no-op", NoOp.DRIVER, 1), figures(9_000, 0.1));
    medians.put(new Rounds.Cell("no-op", NoOp.WHOLE, 1), figures(400, 1.2));
    return medians;
  }

  @Test
  void jsonHasTheFiguresOfEachTargetAndTheRatios() throws IOException {
    Path file = folder.resolve("results.json");
    Results.ofCalls(medians(), List.of(), List.of()).write(Optional.of(file));
    JsonNode json = Json.parse(Files.readAllBytes(file));
    assertThat(json.path("machine").path("processors").asInt()).isPositive();
    assertThat(json.path("calls")).hasSize(3);
    assertThat(json.at("/calls/2/target").asText()).isEqualTo("whole");
    assertThat(json.at("/calls/2/p50").asDouble()).isEqualTo(1.2);
    assertThat(json.at("/calls/2/micros/broker").isNumber()).isTrue();
    assertThat(json.at("/ratios/0/value").asDouble()).isEqualTo(2.0);
  }

  @Test
  void ratiosAreThoseOfTheSameWorkloadAndNumberOfClients() {
    Map<Rounds.Cell, Figures> medians = medians();
    medians.put(new Rounds.Cell("no-op", NoOp.WHOLE, 64), figures(10_000, 9));
    assertThat(Ratio.of(medians)).isNotEmpty().allMatch(ratio -> ratio.clients() == 1);
  }
}
