package fob.bus.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.function.FunctionId;
import fob.function.InstanceReport;
import fob.function.Report;
import fob.function.UseReport;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Converts reports of invokers to records of {@code fob.reports}, and back. The key is the
 * function's id. Golden files hold the format.
 */
public final class ReportWire {

  private ReportWire() {}

  public static ProducerRecord<String, byte[]> encode(Report report) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    switch (report) {
      case InstanceReport(FunctionId _, String instance, String reason, Instant at) ->
          json.put("instance", instance).put("reason", reason).put("at", at.toEpochMilli());
      case UseReport(FunctionId _, Instant at) ->
          json.put("in_use", true).put("at", at.toEpochMilli());
    }
    return new ProducerRecord<>(
        Topics.REPORTS.name(), report.function().toString(), Json.bytes(json));
  }

  /**
   * @throws IllegalArgumentException if the record is not such a report
   */
  public static Report decode(ConsumerRecord<String, byte[]> record) {
    FunctionId function =
        Optional.ofNullable(record.key())
            .flatMap(FunctionId::parse)
            .orElseThrow(() -> new IllegalArgumentException("the key is not a function id"));
    if (record.value() == null) {
      throw new IllegalArgumentException("no value");
    }
    JsonNode json = Json.parse(record.value());
    Instant at = Instant.ofEpochMilli(json.path("at").asLong());
    if (json.path("in_use").asBoolean()) {
      return new UseReport(function, at);
    }
    if (!json.path("instance").isTextual()) {
      throw new IllegalArgumentException("'instance' is missing or not text");
    }
    return new InstanceReport(
        function, json.path("instance").asText(), json.path("reason").asText(), at);
  }
}
