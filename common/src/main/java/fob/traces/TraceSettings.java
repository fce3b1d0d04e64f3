package fob.traces;

import fob.service.Env;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether traces are made, and where they go. Immutable.
 *
 * @param properties the variables that begin with {@code OTEL_}, without that
 * @param service what the traces call this process, unless the variables name it
 */
public record TraceSettings(Map<String, String> properties, String service) {

  private static final String SERVICE = "fob";

  public static final TraceSettings OFF = new TraceSettings(Map.of());

  /** How the names of all variables begin. */
  public static final String PREFIX = "OTEL_";

  private static final String EXPORTER = "TRACES_EXPORTER";
  private static final String PROTOCOL = "http/protobuf";

  public TraceSettings {
    properties = Map.copyOf(properties);
  }

  /** Settings of a process that has all services. */
  public TraceSettings(Map<String, String> properties) {
    this(properties, SERVICE);
  }

  /** The same for a process that has one service, such as {@code gateway}. */
  public TraceSettings ofService(String name) {
    return new TraceSettings(properties, SERVICE + "-" + name);
  }

  /** Settings that send traces to an OTLP receiver, such as {@code http://127.0.0.1:4318}. */
  public static TraceSettings to(String endpoint) {
    return new TraceSettings(Map.of("EXPORTER_OTLP_ENDPOINT", endpoint));
  }

  /** Reads the settings; {@code env} collects the problems. */
  public static TraceSettings from(Env env) {
    TraceSettings settings =
        new TraceSettings(
            env.withPrefix(
                PREFIX,
                "the settings of OpenTelemetry: OTEL_EXPORTER_OTLP_ENDPOINT makes traces and says"
                    + " where they go"));
    Stream.of("EXPORTER_OTLP_PROTOCOL", "EXPORTER_OTLP_TRACES_PROTOCOL")
        .filter(key -> !settings.value(key, PROTOCOL).equals(PROTOCOL))
        .forEach(key -> env.problem(settings.wrong(key, PROTOCOL)));
    if (!Stream.of("otlp", "none").anyMatch(settings.value(EXPORTER, "otlp")::equals)) {
      env.problem(settings.wrong(EXPORTER, "otlp or none"));
    }
    return settings;
  }

  private String value(String key, String otherwise) {
    String value = properties.getOrDefault(key, "").strip();
    return value.isEmpty() ? otherwise : value;
  }

  private String wrong(String key, String expected) {
    return "%s%s='%s': expected %s".formatted(PREFIX, key, value(key, ""), expected);
  }

  /** Whether traces are made: if an exporter or its endpoint is set. */
  public boolean isOn() {
    boolean isWanted =
        Stream.of(EXPORTER, "EXPORTER_OTLP_ENDPOINT", "EXPORTER_OTLP_TRACES_ENDPOINT")
            .anyMatch(key -> !value(key, "").isEmpty());
    return isWanted
        && !value(EXPORTER, "").equals("none")
        && !value("SDK_DISABLED", "").equalsIgnoreCase("true");
  }

  /** Returns the settings by the names that OpenTelemetry's SDK has for them. */
  Map<String, String> ofSdk() {
    return properties.entrySet().stream()
        .collect(
            Collectors.toUnmodifiableMap(
                each -> "otel." + each.getKey().toLowerCase(Locale.ROOT).replace('_', '.'),
                Map.Entry::getValue));
  }
}
