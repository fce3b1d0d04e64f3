package fob.bench;

import java.util.Locale;

/** Latencies alone and beside something else, in ms. */
record Comparison(double p50Alone, double p50Beside, double p99Alone, double p99Beside) {

  static Comparison of(Figures alone, Figures beside) {
    return new Comparison(alone.p50(), beside.p50(), alone.p99(), beside.p99());
  }

  /**
   * Returns it as text for people.
   *
   * @param aim what is said after the ratio of the p99s; may be empty
   */
  String text(String aim) {
    return String.format(
        Locale.ROOT,
        "p50 %.2f -> %.2f ms (%.2f), p99 %.2f -> %.2f ms (%.2f%s)",
        p50Alone,
        p50Beside,
        p50Beside / p50Alone,
        p99Alone,
        p99Beside,
        p99Beside / p99Alone,
        aim);
  }
}
