package fob.bench;

import fob.bus.Bus;
import fob.bus.BusSettings;
import fob.bus.wire.CodeWire;
import fob.bus.wire.FunctionRowWire;
import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.Limits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Measures the time from the start of a gateway's process to 200 of {@code /readyz}, beside no
 * function and beside many that are registered and not running. The two are measured in turns, on
 * two buses.
 */
final class GatewayStartBench {

  private static final int PARTITIONS = 16;
  private static final double NANOS = 1e9;
  private static final double AIM_SECONDS = 3;

  private final Report report;

  GatewayStartBench(Report report) {
    this.report = report;
  }

  void run(int registered, int rounds) throws Exception {
    try (ForkedServices empty = ForkedServices.start(PARTITIONS, Map.of());
        ForkedServices full = ForkedServices.start(PARTITIONS, Map.of())) {
      register(full.bootstrapServers(), registered);
      List<Double> ofEmpty = new ArrayList<>();
      List<Double> ofFull = new ArrayList<>();
      for (int round = 0; round < rounds; round++) {
        ofEmpty.add(empty.startGateway().toNanos() / NANOS);
        ofFull.add(full.startGateway().toNanos() / NANOS);
      }
      double difference = median(ofFull) - median(ofEmpty);
      report.say(
          String.format(
              Locale.ROOT,
              "start of a gateway, medians of %d: %.1f s beside no function, %.1f s beside %d that"
                  + " are not running: %.1f s more (aim: %.0f)",
              rounds,
              median(ofEmpty),
              median(ofFull),
              registered,
              difference,
              AIM_SECONDS));
    }
  }

  /** Writes functions to the bus as the deployer does when they become idle. */
  private static void register(String bootstrapServers, int count) throws Exception {
    Code code = new Code(NoOp.CODE.getBytes(StandardCharsets.UTF_8));
    Limits limits = new Limits(Duration.ofSeconds(30), 8, 128, 1, false, 1000, 1, Limits.MIN_IDLE);
    List<Future<RecordMetadata>> written = new ArrayList<>();
    try (Bus bus = new Bus(BusSettings.of(bootstrapServers));
        Producer<String, byte[]> producer = bus.bulkProducer()) {
      for (int i = 0; i < count; i++) {
        FunctionSpec spec =
            new FunctionSpec(
                FunctionId.random(),
                "python",
                null,
                limits,
                code.sha256(),
                code.bytes().length,
                Instant.now());
        FunctionState state = new FunctionState(spec, new FunctionStatus.Idle(), true, null);
        written.add(producer.send(CodeWire.encode(spec.id(), code)));
        written.add(producer.send(FunctionRowWire.encode(state)));
      }
      for (Future<RecordMetadata> each : written) {
        var _ = each.get();
      }
    }
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }
}
