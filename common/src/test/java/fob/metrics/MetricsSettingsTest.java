package fob.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.service.Env;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsSettingsTest {

  @Test
  void defaultsAreStandard() {
    assertThat(MetricsSettings.from(new Env(Map.of()))).isEqualTo(MetricsSettings.STANDARD);
  }

  @Test
  void readsEverySetting() {
    assertThat(
            MetricsSettings.from(
                new Env(Map.of("FOB_METRICS", "off", "FOB_METRICS_FUNCTIONS", "7"))))
        .isEqualTo(new MetricsSettings(false, 7));
  }

  @ParameterizedTest
  @CsvSource({
    "FOB_METRICS,true,expected on or off",
    "FOB_METRICS_FUNCTIONS,0,expected a whole number from 1 to 10000",
    "FOB_METRICS_FUNCTIONS,10001,expected a whole number from 1 to 10000"
  })
  void refusesBadValues(String key, String value, String message) {
    Env env = new Env(Map.of(key, value));
    MetricsSettings.from(env);

    assertThatThrownBy(env::requireNoProblems).hasMessageContaining(message);
  }
}
