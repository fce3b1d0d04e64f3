package fob.bench;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;

/** Draws results as SVG, on a white ground, so that light and dark pages show the same. */
final class Plots {

  private static final int WIDTH = 760;
  private static final int HEIGHT = 420;

  private Plots() {}

  /**
   * Writes {@code latency.svg} for each workload, and {@code warmth.svg} if starts were measured.
   * The names of the former begin with the workload's, as in {@code no-op-latency.svg}.
   *
   * @param folder made if it does not exist
   */
  static void write(Results results, Path folder) throws IOException {
    System.setProperty("java.awt.headless", "true");
    Files.createDirectories(folder);
    Map<String, List<Results.Line>> workloads =
        results.calls().stream()
            .collect(
                Collectors.groupingBy(
                    Results.Line::workload, LinkedHashMap::new, Collectors.toList()));
    for (Map.Entry<String, List<Results.Line>> workload : workloads.entrySet()) {
      String name = workload.getKey().replace(' ', '-') + "-latency.svg";
      save(latency(workload.getKey(), workload.getValue()), folder.resolve(name));
    }
    if (!results.afterStart().isEmpty()) {
      save(warmth(results.afterStart()), folder.resolve("warmth.svg"));
    }
  }

  private static XYChart latency(String workload, List<Results.Line> lines) {
    XYChart chart = chart(workload + ": latency (p50)", "clients", "ms");
    chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
    Map<String, List<Results.Line>> targets =
        lines.stream()
            .collect(
                Collectors.groupingBy(
                    Results.Line::target, LinkedHashMap::new, Collectors.toList()));
    targets.forEach((target, line) ->
        chart.addSeries(
            target,
            line.stream().mapToDouble(Results.Line::clients).toArray(),
            line.stream().mapToDouble(Results.Line::p50).toArray()));
    return chart;
  }

  private static XYChart warmth(List<Warmth> starts) {
    XYChart chart = chart("after a start: calls/s", "seconds", "calls/s");
    chart.getStyler().setYAxisMin(0.0);
    for (Warmth start : starts) {
      chart.addSeries(
          start.clients() == 1 ? "1 client" : start.clients() + " clients",
          start.steps().stream().mapToDouble(Warmth.Step::seconds).toArray(),
          start.steps().stream().mapToDouble(Warmth.Step::perSecond).toArray());
    }
    return chart;
  }

  private static XYChart chart(String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    chart
        .getStyler()
        .setChartBackgroundColor(Color.WHITE)
        .setPlotBorderVisible(false)
        .setLegendBorderColor(Color.WHITE)
        .setLegendPosition(Styler.LegendPosition.OutsideE)
        .setChartTitleBoxVisible(false);
    return chart;
  }

  private static void save(XYChart chart, Path file) throws IOException {
    VectorGraphicsEncoder.saveVectorGraphic(
        chart, file.toString(), VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
  }
}
