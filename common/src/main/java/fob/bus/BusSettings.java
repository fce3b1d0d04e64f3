package fob.bus;

import fob.service.Env;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * How to reach Kafka: kafka-clients properties, handed to every client. {@code
 * FOB_KAFKA_SECURITY_PROTOCOL} becomes {@code security.protocol}, and so for any property, so every
 * way to authenticate and encrypt that the client knows can be used.
 */
public record BusSettings(Map<String, String> properties) {

  public static final String PREFIX = "FOB_KAFKA_";
  private static final String DEFAULT_BOOTSTRAP_SERVERS = "127.0.0.1:9092";

  public BusSettings {
    properties = Map.copyOf(properties);
    if (!properties.containsKey(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)) {
      throw new IllegalArgumentException("bootstrap.servers is missing");
    }
  }

  public static BusSettings of(String bootstrapServers) {
    return new BusSettings(Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
  }

  public static BusSettings from(Env env) {
    Map<String, String> properties = new HashMap<>();
    properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, DEFAULT_BOOTSTRAP_SERVERS);
    env.withPrefix(PREFIX).forEach((key, value) -> properties.put(propertyName(key), value));
    return new BusSettings(properties);
  }

  public String bootstrapServers() {
    return properties.getOrDefault(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "");
  }

  private static String propertyName(String keyWithoutPrefix) {
    return keyWithoutPrefix.toLowerCase(Locale.ROOT).replace('_', '.');
  }

  /** For the log: whatever may be a secret is masked. */
  @Override
  public String toString() {
    Map<String, String> masked = new TreeMap<>(properties);
    masked.replaceAll((key, value) -> isSecret(key) ? "***" : value);
    return masked.toString();
  }

  private static boolean isSecret(String property) {
    return property.contains("password")
        || property.contains("jaas")
        || property.contains("key")
        || property.contains("secret");
  }
}
