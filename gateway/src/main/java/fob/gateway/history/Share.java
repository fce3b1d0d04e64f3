package fob.gateway.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.gateway.http.Problem;
import fob.service.Sha256;
import java.math.BigDecimal;
import java.util.regex.Pattern;

/**
 * A share of the calls, chosen by a hash, so that equal texts are chosen alike. The hash has other
 * digits than the one that divides the calls of a name among its versions: the choice does not
 * depend on that one.
 *
 * @param millionths 1 to 1,000,000; as many of a million calls
 */
record Share(int millionths) {

  private static final int ALL = 1_000_000;
  private static final int PERCENT = ALL / 100;
  private static final int HEX = 16;
  private static final int FIRST_DIGIT = 8;
  private static final int LAST_DIGIT = 20;

  /** Four decimals are millionths. */
  private static final Pattern FORM = Pattern.compile("[0-9]{1,3}([.][0-9]{1,4})?");

  /**
   * Reads a number of percent.
   *
   * @throws Problem 400 if it is malformed, 0, or over 100
   */
  static Share parse(String percent) {
    if (FORM.matcher(percent).matches()) {
      int millionths =
          new BigDecimal(percent).multiply(BigDecimal.valueOf(PERCENT)).intValueExact();
      if (millionths >= 1 && millionths <= ALL) {
        return new Share(millionths);
      }
    }
    throw Problem.badRequest(
        "share='%s': expected percent, more than 0 and at most 100, such as 5 or 0.1"
            .formatted(percent));
  }

  boolean has(String lot) {
    String hash = Sha256.of(lot.getBytes(UTF_8)).substring(FIRST_DIGIT, LAST_DIGIT);
    return Long.parseLong(hash, HEX) % ALL < millionths;
  }
}
