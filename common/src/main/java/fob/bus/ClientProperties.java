package fob.bus;

import fob.service.Spelling;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Checks properties of Kafka's clients before there is a client. */
final class ClientProperties {

  private static final List<ConfigDef> CLIENTS =
      List.of(
          AdminClientConfig.configDef(), ConsumerConfig.configDef(), ProducerConfig.configDef());
  private static final Pattern SERVER =
      Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.%]+]):([0-9]{1,5})");
  private static final int MAX_PORT = 65_535;

  private ClientProperties() {}

  /** The environment variable that sets a property. */
  static String variable(String property) {
    return BusSettings.PREFIX + property.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  /**
   * @return the brokers, as they were
   * @throws IllegalArgumentException if one of them is not host:port
   */
  static String servers(String text) {
    for (String server : text.split(",", -1)) {
      var matcher = SERVER.matcher(server.strip());
      if (!matcher.matches() || !isPort(Integer.parseInt(matcher.group(2)))) {
        throw new IllegalArgumentException();
      }
    }
    return text;
  }

  private static boolean isPort(int number) {
    return number > 0 && number <= MAX_PORT;
  }

  /** What is wrong with the properties, a line each; without the values of secrets. */
  static Set<String> problems(Map<String, String> properties) {
    Set<String> found = new LinkedHashSet<>();
    Set<String> known = new TreeSet<>();
    CLIENTS.forEach(client -> known.addAll(client.names()));
    for (String property : new TreeSet<>(properties.keySet())) {
      if (!known.contains(property)) {
        found.add(
            "%s: Kafka's clients have no property %s%s"
                .formatted(variable(property), property, hint(property, known)));
      }
    }
    for (ConfigDef client : CLIENTS) {
      client.validate(properties).stream()
          .filter(value -> properties.containsKey(value.name()))
          .forEach(value -> found.addAll(problems(value)));
    }
    if (found.isEmpty()) {
      found.addAll(contradictions(properties));
    }
    return found;
  }

  private static String hint(String property, Set<String> known) {
    return Spelling.nearest(property, known)
        .map(name -> "; did you mean " + variable(name) + "?")
        .orElse("");
  }

  private static List<String> problems(ConfigValue value) {
    String variable = variable(value.name());
    // The first is the reason; what follows is about the value that is missing then.
    return value.errorMessages().stream()
        .limit(1)
        .map(message ->
            BusSettings.isSecret(value.name())
                ? variable + ": Kafka's clients cannot read its value"
                : variable + ": " + message)
        .toList();
  }

  /** Each value is right by itself, but not all of them together. */
  private static List<String> contradictions(Map<String, String> properties) {
    Map<String, Object> producer = new HashMap<>(properties);
    producer.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    producer.putAll(properties);
    producer.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    producer.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    producer.putIfAbsent(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    try {
      var _ = new ProducerConfig(producer);
      return List.of();
    } catch (ConfigException e) {
      return List.of(BusSettings.PREFIX + "…: " + e.getMessage());
    }
  }
}
