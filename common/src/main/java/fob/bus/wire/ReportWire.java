package fob.bus.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import fob.function.FunctionId;
import fob.function.InstanceReport;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Converts reports of instances to records of {@code fob.reports}, and back. The key is the
 * function's id. A golden file holds the format.
 */
public final class ReportWire {

  private ReportWire() {}

  public static ProducerRecord<String, byte[]> encode(InstanceReport report) {
    return new ProducerRecord<>(
        Topics.REPORTS.name(),
        report.function().toString(),
        Json.bytes(
            JsonNodeFactory.instance
                .objectNode()
                .put("instance", report.instance())
                .put("reason", report.reason())
                .put("at", report.at().toEpochMilli())));
  }

  /**
   * @throws IllegalArgumentException if the record is not such a report
   */
  public static InstanceReport decode(ConsumerRecord<String, byte[]> record) {
    FunctionId function =
        Optional.ofNullable(record.key())
            .flatMap(FunctionId::parse)
            .orElseThrow(() -> new IllegalArgumentException("the key is not a function id"));
    if (record.value() == null) {
      throw new IllegalArgumentException("no value");
    }
    JsonNode json = Json.parse(record.value());
    if (!json.path("instance").isTextual()) {
      throw new IllegalArgumentException("'instance' is missing or not text");
    }
    return new InstanceReport(
        function,
        json.path("instance").asText(),
        json.path("reason").asText(),
        Instant.ofEpochMilli(json.path("at").asLong()));
  }
}
