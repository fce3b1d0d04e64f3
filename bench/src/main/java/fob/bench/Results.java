package fob.bench;

import fob.bench.counts.Counts;
import fob.bench.counts.Part;
import fob.bus.wire.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All results of a run, which {@code --json} writes. Latencies are in ms, processor times in µs a
 * call.
 */
record Results(
    Machine machine,
    List<Line> calls,
    List<Ratio> ratios,
    List<Warmth> afterStart,
    List<SteadyRate.Result> steadyRate,
    List<IdleBench.Result> idle) {

  Results {
    calls = List.copyOf(calls);
    ratios = List.copyOf(ratios);
    afterStart = List.copyOf(afterStart);
    steadyRate = List.copyOf(steadyRate);
    idle = List.copyOf(idle);
  }

  /** Where and when the run was. */
  record Machine(String time, int processors, String java, String system) {

    static Machine here() {
      return new Machine(
          Instant.now().toString(),
          Runtime.getRuntime().availableProcessors(),
          System.getProperty("java.runtime.version"),
          System.getProperty("os.name") + " " + System.getProperty("os.version"));
    }
  }

  /**
   * The figures of a target, over all rounds.
   *
   * @param switches voluntary thread switches a call of fob, or a baseline's clients, and the
   *     broker
   * @param micros processor time a call of each part
   * @param threads the same by groups of threads
   */
  record Line(
      String workload,
      String target,
      int clients,
      double callsPerSecond,
      double p50,
      double p90,
      double p99,
      double p999,
      double max,
      double switches,
      double involuntarySwitches,
      double kernelMicros,
      Map<String, Double> micros,
      List<Counts.PerCall> threads) {

    static Line of(Rounds.Cell cell, Figures figures) {
      Map<String, Double> micros = new LinkedHashMap<>();
      for (Part part : Part.values()) {
        micros.put(part.title(), figures.counts().micros(part));
      }
      return new Line(
          cell.workload(),
          cell.target(),
          cell.clients(),
          figures.perSecond(),
          figures.p50(),
          figures.p90(),
          figures.p99(),
          figures.p999(),
          figures.max(),
          figures.switches(),
          figures.counts().involuntary(Part.SERVICES, Part.BROKER),
          figures.pathKernelMicros(),
          micros,
          figures.counts().groups());
    }
  }

  static Results ofCalls(
      Map<Rounds.Cell, Figures> medians,
      List<Warmth> afterStart,
      List<SteadyRate.Result> steadyRate) {
    return new Results(
        Machine.here(),
        medians.entrySet().stream().map(each -> Line.of(each.getKey(), each.getValue())).toList(),
        Ratio.of(medians),
        afterStart,
        steadyRate,
        List.of());
  }

  static Results ofIdle(List<IdleBench.Result> idle) {
    return new Results(Machine.here(), List.of(), List.of(), List.of(), List.of(), idle);
  }

  /** Writes this as JSON, if there is a file to write to. */
  void write(Optional<Path> file) throws IOException {
    if (file.isPresent()) {
      Json.MAPPER.writerWithDefaultPrettyPrinter().writeValue(file.get().toFile(), this);
    }
  }
}
