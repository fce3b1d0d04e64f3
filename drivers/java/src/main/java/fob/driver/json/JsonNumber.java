package fob.driver.json;

import java.math.BigDecimal;

/** A number with a fraction or an exponent. It keeps its text, which a double may not hold. */
public final class JsonNumber extends Number {

  private static final long serialVersionUID = 1;

  private final String text;
  private final double value;

  JsonNumber(String text, double value) {
    this.text = text;
    this.value = value;
  }

  public BigDecimal toBigDecimal() {
    return new BigDecimal(text);
  }

  @Override
  public int intValue() {
    return (int) value;
  }

  @Override
  public long longValue() {
    return (long) value;
  }

  @Override
  public float floatValue() {
    return (float) value;
  }

  @Override
  public double doubleValue() {
    return value;
  }

  @Override
  public String toString() {
    return text;
  }
}
