package fob.driver.json;

import java.math.BigInteger;

/** Reads one number out of a text. Used by one thread. */
final class JsonNumbers {

  private static final int MOST_DIGITS = 4300;
  private static final int LONG_DIGITS = 18; // so many always fit into a long

  private final String text;
  private int at;

  JsonNumbers(String text, int start) {
    this.text = text;
    this.at = start;
  }

  int end() {
    return at;
  }

  Number read() throws JsonException {
    int start = at;
    if (text.charAt(at) == '-') {
      at++;
    }
    int first = at;
    digits();
    if (text.charAt(first) == '0' && at > first + 1) {
      throw error("a number does not begin with 0");
    }
    boolean whole = true;
    if (peek() == '.') {
      whole = false;
      at++;
      digits();
    }
    if (peek() == 'e' || peek() == 'E') {
      whole = false;
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      digits();
    }
    String number = text.substring(start, at);
    if (number.length() > MOST_DIGITS) {
      throw error("a number has more than " + MOST_DIGITS + " digits");
    }
    return whole ? integer(number) : fraction(number);
  }

  private static Number integer(String number) {
    if (number.length() <= LONG_DIGITS) {
      return Long.parseLong(number);
    }
    BigInteger big = new BigInteger(number);
    return big.bitLength() < Long.SIZE ? (Number) big.longValue() : big;
  }

  private Number fraction(String number) throws JsonException {
    double value = Double.parseDouble(number);
    if (Double.isInfinite(value)) {
      throw error("the number is too large for a double");
    }
    return new JsonNumber(number, value);
  }

  private void digits() throws JsonException {
    int start = at;
    while (JsonReader.isDigit(peek())) {
      at++;
    }
    if (at == start) {
      throw error("a digit is expected");
    }
  }

  private char peek() {
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private JsonException error(String message) {
    return JsonReader.error(message, at);
  }
}
