package fob.metrics;

import fob.service.Env;

/**
 * What a service counts. Immutable.
 *
 * @param isOn whether it counts at all
 * @param functions how many functions have series of their own at {@code /metrics}; the others
 *     share the series of the function {@code other}; 1 to 10,000
 */
public record MetricsSettings(boolean isOn, int functions) {

  public static final MetricsSettings STANDARD = new MetricsSettings(true, 100);

  private static final int MOST_FUNCTIONS = 10_000;

  /** Reads the settings; {@code env} collects the problems. */
  public static MetricsSettings from(Env env) {
    return new MetricsSettings(
        env.value(
                "FOB_METRICS",
                "whether calls are counted, for /metrics and for live figures: on or off",
                "on",
                "on or off",
                MetricsSettings::onOrOff)
            .equals("on"),
        env.integer(
            "FOB_METRICS_FUNCTIONS",
            "functions with series of their own at /metrics; further ones are counted as 'other'",
            STANDARD.functions(),
            1,
            MOST_FUNCTIONS));
  }

  private static String onOrOff(String text) {
    if (!text.equals("on") && !text.equals("off")) {
      throw new IllegalArgumentException();
    }
    return text;
  }
}
