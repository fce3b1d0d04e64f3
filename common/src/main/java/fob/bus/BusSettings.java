package fob.bus;

import fob.bus.wire.Topic.Split;
import fob.metrics.MetricsSettings;
import fob.service.Env;
import fob.traces.TraceSettings;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * The properties of kafka-clients that every Kafka client gets. The variable {@code
 * FOB_KAFKA_SECURITY_PROTOCOL} sets {@code security.protocol}, and so on for every property. So
 * each way of authentication and encryption that kafka-clients has can be used.
 *
 * @param partitions how many partitions topics get that are split into many, when fob makes them
 * @param isAlone see {@link #alone}
 * @param metrics what the process counts that uses the bus
 * @param traces where traces of the process go
 */
public record BusSettings(
    Map<String, String> properties,
    int partitions,
    boolean isAlone,
    MetricsSettings metrics,
    TraceSettings traces) {

  public static final String PREFIX = "FOB_KAFKA_";
  private static final String DEFAULT_BOOTSTRAP_SERVERS = "127.0.0.1:9092";

  /**
   * A gateway makes request ids until one leads to its partition, and this is how often it tries on
   * average. With 256 partitions that takes some 30 µs.
   */
  private static final int MOST_PARTITIONS = 256;

  public BusSettings {
    properties = Map.copyOf(properties);
    if (!properties.containsKey(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)) {
      throw new IllegalArgumentException("bootstrap.servers is missing");
    }
  }

  public BusSettings(Map<String, String> properties) {
    this(properties, Split.MANY.standard(), false, MetricsSettings.STANDARD, TraceSettings.OFF);
  }

  public static BusSettings of(String bootstrapServers) {
    return new BusSettings(Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
  }

  /** The same, with another number of partitions. */
  public BusSettings withPartitions(int number) {
    return new BusSettings(properties, number, isAlone, metrics, traces);
  }

  /**
   * The same, for a process that has one service of each kind and shares its bus with no others. So
   * partitions hardly ever move, and its consumers need not be ready for that at any time.
   */
  public BusSettings alone() {
    return new BusSettings(properties, partitions, true, metrics, traces);
  }

  /** The same, for a process that counts something else. */
  public BusSettings withMetrics(MetricsSettings counted) {
    return new BusSettings(properties, partitions, isAlone, counted, traces);
  }

  /** The same, for a process whose traces go elsewhere. */
  public BusSettings withTraces(TraceSettings traced) {
    return new BusSettings(properties, partitions, isAlone, metrics, traced);
  }

  /** The same, for a process that has one service, such as {@code gateway}. */
  public BusSettings ofService(String name) {
    return withTraces(traces.ofService(name));
  }

  /**
   * Reads {@code FOB_PARTITIONS}, the settings of metrics and traces, and the variables that start
   * with {@code FOB_KAFKA_}. Problems are collected in the environment.
   */
  public static BusSettings from(Env env) {
    Map<String, String> properties = new HashMap<>();
    properties.put(
        CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
        env.value(
            "FOB_KAFKA_BOOTSTRAP_SERVERS",
            "the brokers, host:port, with commas between",
            DEFAULT_BOOTSTRAP_SERVERS,
            "host:port of a broker, or of several with commas between",
            ClientProperties::servers));
    env.withPrefix(
            PREFIX,
            "any other property of Kafka's clients: FOB_KAFKA_SECURITY_PROTOCOL is"
                + " security.protocol")
        .forEach((key, value) -> properties.putIfAbsent(propertyName(key), value));
    ClientProperties.problems(properties).forEach(env::problem);
    int partitions =
        env.integer(
            "FOB_PARTITIONS",
            "how many partitions the topics of calls, replies, progress and logs get when fob makes"
                + " them",
            Split.MANY.standard(),
            1,
            MOST_PARTITIONS);
    return new BusSettings(
        properties, partitions, false, MetricsSettings.from(env), TraceSettings.from(env));
  }

  /**
   * Reads {@code FOB_MEMBER}: a name that only this process has, and that it keeps over restarts.
   */
  public static Optional<String> member(Env env) {
    String name =
        env.value(
            "FOB_MEMBER",
            "a name that this process alone has and keeps over restarts: it gets its work back at"
                + " once, also after a kill",
            "",
            "a name of letters, digits, '.', '_' and '-', at most 249 of them",
            BusSettings::memberName);
    return name.isEmpty() ? Optional.empty() : Optional.of(name);
  }

  private static String memberName(String text) {
    if (!text.matches("[A-Za-z0-9._-]{1,249}") || text.matches("\\.\\.?")) {
      throw new IllegalArgumentException();
    }
    return text;
  }

  /** The bootstrap servers, one by one. */
  List<String> servers() {
    return Arrays.stream(bootstrapServers().split(","))
        .map(String::strip)
        .filter(server -> !server.isEmpty())
        .toList();
  }

  public String bootstrapServers() {
    return properties.getOrDefault(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "");
  }

  private static String propertyName(String keyWithoutPrefix) {
    return keyWithoutPrefix.toLowerCase(Locale.ROOT).replace('_', '.');
  }

  /** The properties for the log. Values that may be secrets are masked. */
  @Override
  public String toString() {
    Map<String, String> masked = new TreeMap<>(properties);
    masked.replaceAll((key, value) -> isSecret(key) ? "***" : value);
    return masked.toString();
  }

  static boolean isSecret(String property) {
    return property.contains("password")
        || property.contains("jaas")
        || property.contains("key")
        || property.contains("secret");
  }
}
