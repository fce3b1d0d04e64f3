package fob.bus.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import fob.call.CallKey;
import fob.call.KeyClaim;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Converts claims of idempotency keys, and what is said later of their calls, to records of {@code
 * fob.keys}, and back. The time of a claim is that of its record. Gateways of earlier versions
 * wrote claims in another form, all of them to partition 0.
 */
public final class KeyClaimWire {

  private static final String CALL = "call";
  private static final String PAYLOAD = "payload";
  private static final String ENDED = "ended";

  /** The name of the call's id in the earlier form. */
  private static final String EARLIER_CALL = "id";

  private static final int PAYLOAD_DIGITS = 16;

  private KeyClaimWire() {}

  /**
   * @param partition that of the call
   */
  public static ProducerRecord<String, byte[]> encode(
      int partition, String key, UUID call, long payload) {
    return new ProducerRecord<>(
        Topics.KEYS.name(),
        partition,
        key,
        Json.bytes(
            JsonNodeFactory.instance
                .objectNode()
                .put(CALL, call.toString())
                .put(PAYLOAD, HexFormat.of().toHexDigits(payload))));
  }

  /**
   * Says that the record of a call with a key is done: what follows from it is in Kafka. So it does
   * not run again, also if the invoker dies before it commits.
   *
   * @param partition that of the call
   */
  public static ProducerRecord<String, byte[]> encodeEnded(int partition, String key, UUID call) {
    return new ProducerRecord<>(
        Topics.KEYS.name(),
        partition,
        key,
        Json.bytes(JsonNodeFactory.instance.objectNode().put(ENDED, call.toString())));
  }

  /** A record as it was read. */
  public sealed interface Read {

    record Claimed(KeyClaim claim) implements Read {}

    /** A claim that a gateway of an earlier version wrote. */
    record ClaimedEarlier(KeyClaim claim) implements Read {}

    /** See {@link #encodeEnded}. */
    record Ended(String key, UUID call) implements Read {}
  }

  /**
   * @throws IllegalArgumentException if the record is none of these
   */
  public static Read decode(ConsumerRecord<String, byte[]> record) {
    JsonNode json = Json.parse(record.value());
    if (!CallKey.isHash(record.key())) {
      throw new IllegalArgumentException("the key is not the hash of an idempotency key");
    }
    if (json.has(ENDED)) {
      return new Read.Ended(record.key(), UUID.fromString(json.path(ENDED).asText()));
    }
    boolean isEarlier = json.has(EARLIER_CALL);
    String payload = json.path(PAYLOAD).asText();
    if (payload.length() < PAYLOAD_DIGITS) {
      throw new IllegalArgumentException("not a claim of an idempotency key");
    }
    KeyClaim claim =
        new KeyClaim(
            record.key(),
            UUID.fromString(json.path(isEarlier ? EARLIER_CALL : CALL).asText()),
            HexFormat.fromHexDigitsToLong(payload, 0, PAYLOAD_DIGITS),
            Instant.ofEpochMilli(record.timestamp()));
    return isEarlier ? new Read.ClaimedEarlier(claim) : new Read.Claimed(claim);
  }
}
