package fob.bus.wire;

import fob.secret.StoredSecret;
import java.time.Instant;
import java.util.Base64;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Converts secrets to records of {@code fob.secrets}, and back. The key is the name, the value is
 * encrypted: the format's number 1 (one byte), the nonce (12 bytes), and what AES-256-GCM makes of
 * the value.
 */
public final class SecretWire {

  private SecretWire() {}

  /**
   * @param sealed as {@link fob.secret.SecretKeys#seal} makes it
   */
  public static ProducerRecord<String, byte[]> encode(String name, String sealed) {
    return new ProducerRecord<>(Topics.SECRETS.name(), name, Base64.getDecoder().decode(sealed));
  }

  /**
   * @throws IllegalArgumentException if the record has no valid name
   */
  public static StoredSecret decode(ConsumerRecord<String, byte[]> record) {
    return new StoredSecret(
        record.key(),
        Base64.getEncoder().encodeToString(record.value()),
        Instant.ofEpochMilli(record.timestamp()));
  }

  /** The record that deletes a secret. */
  public static ProducerRecord<String, byte[]> delete(String name) {
    return new ProducerRecord<>(Topics.SECRETS.name(), name, null);
  }
}
