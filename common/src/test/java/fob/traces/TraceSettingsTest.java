package fob.traces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.service.ConfigurationException;
import fob.service.Env;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TraceSettingsTest {

  private static TraceSettings read(Map<String, String> variables) throws ConfigurationException {
    Env env = new Env(variables);
    TraceSettings settings = TraceSettings.from(env);
    env.requireNoProblems();
    return settings;
  }

  @Test
  void tracesAreOffUnlessTheyAreWanted() throws Exception {
    assertThat(read(Map.of()).isOn()).isFalse();
    assertThat(read(Map.of("OTEL_SERVICE_NAME", "birds")).isOn()).isFalse();
    assertThat(Traces.of(read(Map.of()))).isSameAs(Traces.NONE);
  }

  @Test
  void endpointOrExporterSwitchesThemOn() throws Exception {
    assertThat(read(Map.of("OTEL_TRACES_EXPORTER", "otlp")).isOn()).isTrue();
    assertThat(read(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://one:4318")).isOn()).isTrue();
    assertThat(read(Map.of("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://one/x")).isOn()).isTrue();
  }

  @Test
  void theyCanBeSwitchedOffAgain() throws Exception {
    String endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    assertThat(read(Map.of(endpoint, "http://one", "OTEL_SDK_DISABLED", "true")).isOn()).isFalse();
    assertThat(read(Map.of(endpoint, "http://one", "OTEL_TRACES_EXPORTER", "none")).isOn())
        .isFalse();
  }

  @Test
  void sdkGetsAllSettingsByItsNames() throws Exception {
    assertThat(read(Map.of("OTEL_TRACES_SAMPLER_ARG", "0.01")).ofSdk())
        .containsExactly(Map.entry("otel.traces.sampler.arg", "0.01"));
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> read(Map.of("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")))
        .hasMessageContaining("OTEL_EXPORTER_OTLP_PROTOCOL='grpc': expected http/protobuf");
    assertThatThrownBy(() -> read(Map.of("OTEL_TRACES_EXPORTER", "zipkin")))
        .hasMessageContaining("OTEL_TRACES_EXPORTER='zipkin': expected otlp or none");
  }
}
