package fob.bench;

import static org.assertj.core.api.Assertions.assertThat;

import fob.bench.counts.Counts;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class PlotsTest {

  @TempDir private Path folder;

  @Test
  void eachWorkloadAndTheStartsHaveAPlot() throws Exception {
    Map<Rounds.Cell, Figures> medians = new LinkedHashMap<>();
    for (int clients : List.of(1, 16, 64)) {
      medians.put(new Rounds.Cell("50 ms", BusTarget.BARE, clients), figures(clients * 0.1));
      medians.put(new Rounds.Cell("50 ms", NoOp.WHOLE, clients), figures(clients * 0.5));
    }
    Warmth warmth =
        new Warmth(
            16, List.of(new Warmth.Step(5, 100, 1, 2, 3, 4), new Warmth.Step(10, 300, 1, 2, 3, 4)));
    Plots.write(Results.ofCalls(medians, List.of(warmth), List.of()), folder.resolve("plots"));
    for (String name : List.of("50-ms-latency.svg", "warmth.svg")) {
      Document svg = parse(folder.resolve("plots").resolve(name));
      assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
      assertThat(svg.getElementsByTagName("path").getLength()).isGreaterThan(10);
    }
  }

  private static Figures figures(double p50) {
    return new Figures(100, 1_000, p50, 2, 3, 4, 5, new Counts(100, Map.of()));
  }

  private static Document parse(Path file) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    return factory.newDocumentBuilder().parse(file.toFile());
  }
}
