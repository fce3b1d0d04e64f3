package fob.driver;

import fob.driver.json.JsonNumber;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Converts to types without parts. Parameters in a URL are texts, so a text that is a number or a
 * boolean also fits where one is expected.
 */
final class Scalars {

  private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);
  private static final int MOST_DIGITS = 4300;

  private static final Map<Class<?>, BinderOfNumber> NUMBERS =
      Map.ofEntries(
          Map.entry(byte.class, n -> (byte) whole(n, Byte.MIN_VALUE, Byte.MAX_VALUE)),
          Map.entry(short.class, n -> (short) whole(n, Short.MIN_VALUE, Short.MAX_VALUE)),
          Map.entry(int.class, n -> (int) whole(n, Integer.MIN_VALUE, Integer.MAX_VALUE)),
          Map.entry(long.class, n -> whole(n, Long.MIN_VALUE, Long.MAX_VALUE)),
          Map.entry(float.class, Scalars::toFloat),
          Map.entry(double.class, Scalars::toDouble),
          Map.entry(BigInteger.class, Scalars::toBigInteger),
          Map.entry(BigDecimal.class, Scalars::toBigDecimal),
          Map.entry(Number.class, n -> n instanceof JsonNumber ? (Number) n.doubleValue() : n));
  private static final Map<Class<?>, Class<?>> PRIMITIVES =
      Map.of(
          Byte.class, byte.class,
          Short.class, short.class,
          Integer.class, int.class,
          Long.class, long.class,
          Float.class, float.class,
          Double.class, double.class);

  /** Returns the value in another type; null: it does not fit. */
  private interface BinderOfNumber {
    @Nullable Number of(Number number) throws ArithmeticException;
  }

  private Scalars() {}

  /** Returns the converter of a type, or null if the type is none without parts. */
  static Binder.@Nullable Converter of(Class<?> type) {
    BinderOfNumber number = NUMBERS.get(PRIMITIVES.getOrDefault(type, type));
    if (number != null) {
      return (json, where) -> number(json, where, number, type);
    }
    if (type == Object.class) {
      return (json, where) -> Values.natural(json);
    }
    if (type == String.class || type == CharSequence.class) {
      return (json, where) -> {
        if (json != null && !(json instanceof String)) {
          throw mismatch(json, where, type);
        }
        return json;
      };
    }
    if (type == boolean.class || type == Boolean.class) {
      return (json, where) -> bool(json, where, type);
    }
    if (type == char.class || type == Character.class) {
      return (json, where) -> character(json, where, type);
    }
    return type.isEnum() ? (json, where) -> constant(json, where, type) : null;
  }

  private static @Nullable Object number(
      @Nullable Object json, String where, BinderOfNumber target, Class<?> type)
      throws Binder.Mismatch {
    if (json == null && !type.isPrimitive()) {
      return null;
    }
    try {
      Number number =
          json instanceof Number n ? n : json instanceof String text ? parsed(text) : null;
      if (number != null) {
        return target.of(number);
      }
    } catch (ArithmeticException e) { // another number, or out of range
      throw mismatch(json, where, type);
    }
    throw mismatch(json, where, type);
  }

  private static @Nullable Number parsed(String text) {
    if (text.length() > MOST_DIGITS) {
      return null;
    }
    try {
      return new BigDecimal(text.strip());
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static long whole(Number number, long least, long most) {
    BigInteger value = toBigInteger(number);
    if (value.compareTo(LEAST.max(BigInteger.valueOf(least))) < 0
        || value.compareTo(MOST.min(BigInteger.valueOf(most))) > 0) {
      throw new ArithmeticException();
    }
    return value.longValue();
  }

  private static BigInteger toBigInteger(Number number) {
    return switch (number) {
      case Long small -> BigInteger.valueOf(small);
      case BigInteger big -> big;
      default -> {
        BigDecimal decimal = toBigDecimal(number);
        if (Math.abs((long) decimal.scale()) > MOST_DIGITS) {
          throw new ArithmeticException();
        }
        yield decimal.toBigIntegerExact();
      }
    };
  }

  private static BigDecimal toBigDecimal(Number number) {
    return switch (number) {
      case Long small -> BigDecimal.valueOf(small);
      case BigInteger big -> new BigDecimal(big);
      case JsonNumber text -> text.toBigDecimal();
      case BigDecimal decimal -> decimal;
      default -> throw new ArithmeticException();
    };
  }

  private static Double toDouble(Number number) {
    double value = number.doubleValue();
    if (Double.isInfinite(value)) {
      throw new ArithmeticException();
    }
    return value;
  }

  private static Float toFloat(Number number) {
    float value = number.floatValue();
    if (Float.isInfinite(value)) {
      throw new ArithmeticException();
    }
    return value;
  }

  private static @Nullable Object bool(@Nullable Object json, String where, Class<?> type)
      throws Binder.Mismatch {
    if (json instanceof Boolean || (json == null && !type.isPrimitive())) {
      return json;
    }
    boolean isTrue = "true".equals(json);
    if (isTrue || "false".equals(json)) {
      return isTrue;
    }
    throw mismatch(json, where, type);
  }

  private static @Nullable Object character(@Nullable Object json, String where, Class<?> type)
      throws Binder.Mismatch {
    if (json == null && !type.isPrimitive()) {
      return null;
    }
    if (json instanceof String text && text.length() == 1) {
      return text.charAt(0);
    }
    throw mismatch(json, where, type);
  }

  private static @Nullable Object constant(@Nullable Object json, String where, Class<?> type)
      throws Binder.Mismatch {
    if (json == null) {
      return null;
    }
    for (Object constant : type.getEnumConstants()) {
      if (((Enum<?>) constant).name().equals(json)) {
        return constant;
      }
    }
    List<String> names = Stream.of(type.getEnumConstants()).map(c -> ((Enum<?>) c).name()).toList();
    throw new Binder.Mismatch(where, "one of " + Failure.listed(names), Values.described(json));
  }

  private static Binder.Mismatch mismatch(@Nullable Object json, String where, Class<?> type) {
    return new Binder.Mismatch(where, Binder.shown(type), Values.described(json));
  }
}
