package fob.bus;

import fob.bus.wire.Topics;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;

/** The settings that all producers have. */
final class ProducerTuning {

  private static final int MAX_BLOCK_MS = 3_000;
  private static final int BULK_LINGER_MS = 20;
  private static final int BULK_BATCH_BYTES = 256 * 1024;

  private ProducerTuning() {}

  /** A new map, which the caller may change. */
  static Map<String, Object> config() {
    Map<String, Object> config = new HashMap<>(ConsumerTuning.reconnectQuickly());
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Bus.DELIVERY_TIMEOUT_MS);
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Bus.REQUEST_TIMEOUT_MS);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS);
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_RECORD_BYTES);
    return config;
  }

  /** Those of {@link Bus#bulkProducer}. */
  static Map<String, Object> ofBulk() {
    Map<String, Object> config = config();
    config.put(ProducerConfig.LINGER_MS_CONFIG, BULK_LINGER_MS);
    config.put(ProducerConfig.BATCH_SIZE_CONFIG, BULK_BATCH_BYTES);
    return config;
  }

  /** Those of {@link Bus#transactionalProducer}. */
  static Map<String, Object> ofTransactions(String id) {
    Map<String, Object> config = config();
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Bus.DELIVERY_TIMEOUT_MS);
    return config;
  }
}
