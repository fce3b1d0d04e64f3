package fob.bus.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.access.AuditEntry;
import java.time.DateTimeException;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Converts entries of the audit log to records of {@code fob.audit}, and back. The record's key is
 * the id of the client's key. A golden file holds the format.
 */
public final class AuditWire {

  private static final String AT = "at";
  private static final String CLIENT = "client";
  private static final String KEY = "key";
  private static final String ADDRESS = "address";
  private static final String ACTION = "action";
  private static final String SUBJECT = "subject";
  private static final String STATUS = "status";

  private AuditWire() {}

  public static ProducerRecord<String, byte[]> encode(AuditEntry entry) {
    return new ProducerRecord<>(Topics.AUDIT.name(), entry.key(), Json.bytes(json(entry)));
  }

  /** An entry as JSON, also for the API. Texts that are empty are left out. */
  public static ObjectNode json(AuditEntry entry) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put(AT, entry.at().toString())
            .put(CLIENT, entry.client());
    put(json, KEY, entry.key());
    json.put(ADDRESS, entry.address()).put(ACTION, entry.action());
    put(json, SUBJECT, entry.subject());
    return json.put(STATUS, entry.status());
  }

  private static void put(ObjectNode json, String member, String text) {
    if (!text.isEmpty()) {
      json.put(member, text);
    }
  }

  /**
   * @throws IllegalArgumentException if the record is no entry
   */
  public static AuditEntry decode(ConsumerRecord<String, byte[]> record) {
    if (record.value() == null) {
      throw new IllegalArgumentException("there is no value");
    }
    JsonNode json = Json.parse(record.value());
    try {
      return new AuditEntry(
          Instant.parse(JsonFields.text(json, AT)),
          JsonFields.text(json, CLIENT),
          json.path(KEY).asText(),
          JsonFields.text(json, ADDRESS),
          JsonFields.text(json, ACTION),
          json.path(SUBJECT).asText(),
          json.path(STATUS).asInt());
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("'at' is not a time", e);
    }
  }
}
