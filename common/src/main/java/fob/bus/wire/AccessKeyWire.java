package fob.bus.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.access.AccessKey;
import fob.access.Glob;
import fob.access.Quota;
import fob.access.Role;
import java.time.DateTimeException;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Converts keys of the HTTP API to records of {@code fob.access}, and back. The record's key is the
 * key's id. Of the key's text there is only a checksum. A golden file holds the format.
 */
public final class AccessKeyWire {

  private static final String SHA_256 = "sha256";
  private static final String NAME = "name";
  private static final String ROLE = "role";
  private static final String FUNCTIONS = "functions";
  private static final String SECRETS = "secrets";
  private static final String CALLS = "calls_per_second";
  private static final String CONCURRENT = "concurrent";
  private static final String MAX_FUNCTIONS = "max_functions";
  private static final String MADE = "made";
  private static final String BY = "by";
  private static final String EXPIRES = "expires";
  private static final String REVOKED = "revoked";
  private static final String REVOKED_BY = "revoked_by";

  private AccessKeyWire() {}

  public static ProducerRecord<String, byte[]> encode(AccessKey key) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put(SHA_256, key.sha256())
            .put(NAME, key.name())
            .put(ROLE, key.role().label())
            .put(FUNCTIONS, key.functions().toString());
    if (key.secrets() != null) {
      json.put(SECRETS, key.secrets().toString());
    }
    put(json, CALLS, key.quota().callsPerSecond());
    put(json, CONCURRENT, key.quota().concurrent());
    put(json, MAX_FUNCTIONS, key.quota().maxFunctions());
    json.put(MADE, key.made().toString()).put(BY, key.by());
    if (key.expires() != null) {
      json.put(EXPIRES, key.expires().toString());
    }
    AccessKey.Revoked revoked = key.revoked();
    if (revoked != null) {
      json.put(REVOKED, revoked.at().toString()).put(REVOKED_BY, revoked.by());
    }
    return new ProducerRecord<>(Topics.ACCESS.name(), key.id(), Json.bytes(json));
  }

  private static void put(ObjectNode json, String member, int number) {
    if (number > 0) {
      json.put(member, number);
    }
  }

  /** The record that forgets a key. */
  public static ProducerRecord<String, byte[]> forget(String id) {
    return new ProducerRecord<>(Topics.ACCESS.name(), id, null);
  }

  /**
   * @throws IllegalArgumentException if the record is no key
   */
  public static AccessKey decode(ConsumerRecord<String, byte[]> record) {
    JsonNode json = Json.parse(record.value());
    String role = JsonFields.text(json, ROLE);
    return new AccessKey(
        record.key(),
        JsonFields.text(json, SHA_256),
        JsonFields.text(json, NAME),
        Role.ofLabel(role).orElseThrow(() -> new IllegalArgumentException("no role: " + role)),
        new Glob(JsonFields.text(json, FUNCTIONS)),
        json.has(SECRETS) ? new Glob(JsonFields.text(json, SECRETS)) : null,
        new Quota(
            json.path(CALLS).asInt(),
            json.path(CONCURRENT).asInt(),
            json.path(MAX_FUNCTIONS).asInt()),
        time(JsonFields.text(json, MADE)),
        JsonFields.text(json, BY),
        json.has(EXPIRES) ? time(JsonFields.text(json, EXPIRES)) : null,
        revoked(json));
  }

  private static AccessKey.@Nullable Revoked revoked(JsonNode json) {
    return json.has(REVOKED)
        ? new AccessKey.Revoked(
            time(JsonFields.text(json, REVOKED)), JsonFields.text(json, REVOKED_BY))
        : null;
  }

  private static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("'" + text + "' is not a time", e);
    }
  }
}
