package fob.driver.json;

import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes values as JSON: null, booleans, numbers, texts, enums, collections, arrays, maps, records
 * and Optional. Values of the user's classes run the user's code. Used by one thread.
 */
public final class JsonWriter {

  private static final int MOST_KEYS = 20;
  private static final int LONGEST_KEY = 100;
  private static final int MOST_BITS = 14_000;

  private final JsonBuffer out;
  private final List<Object> path = new ArrayList<>();

  private JsonWriter(JsonBuffer out) {
    this.out = out;
  }

  /**
   * Returns a value as JSON. The buffer keeps no more than the limit, and counts the rest.
   *
   * @throws NotJson if a part of it is not JSON, or its code has failed
   */
  public static JsonBuffer write(@Nullable Object value, int limit) throws NotJson {
    JsonWriter writer = new JsonWriter(new JsonBuffer(limit));
    try {
      writer.value(value);
    } catch (StackOverflowError | RuntimeException | ReflectiveOperationException e) {
      throw writer.error(value, "reading it failed: " + e.getClass().getName());
    }
    return writer.out;
  }

  private void value(@Nullable Object value) throws NotJson, ReflectiveOperationException {
    switch (value) {
      case null -> out.ascii("null");
      case Boolean b -> out.ascii(b ? "true" : "false");
      case Number number -> out.ascii(number(number));
      case CharSequence text -> text(text.toString(), value);
      case Character c -> text(c.toString(), value);
      case Enum<?> constant -> text(constant.name(), value);
      case Optional<?> optional -> value(optional.orElse(null));
      case Map<?, ?> map -> map(map);
      case Collection<?> collection -> entries(collection);
      case Record some -> members(some);
      default -> {
        if (!value.getClass().isArray()) {
          throw error(value, "it is of type " + value.getClass().getTypeName());
        }
        array(value);
      }
    }
  }

  private String number(Number number) throws NotJson {
    boolean usual =
        number instanceof Long
            || number instanceof Integer
            || number instanceof Short
            || number instanceof Byte
            || number.getClass() == JsonNumber.class;
    if (usual) {
      return number.toString();
    }
    if (number instanceof Double || number instanceof Float) {
      if (!Double.isFinite(number.doubleValue())) {
        throw error(number, "JSON has no " + number);
      }
      return number.toString();
    }
    int bits = MOST_BITS;
    if (number.getClass() == BigInteger.class) {
      bits = ((BigInteger) number).bitLength();
    } else if (number.getClass() == BigDecimal.class) {
      bits = ((BigDecimal) number).unscaledValue().bitLength();
    }
    if (bits < MOST_BITS) {
      return number.toString();
    }
    boolean big = number instanceof BigInteger || number instanceof BigDecimal;
    throw error(
        number,
        big
            ? "the number has too many digits"
            : "it is of type " + number.getClass().getTypeName());
  }

  private void text(String text, Object value) throws NotJson {
    if (!out.text(text)) {
      throw error(value, "the text has a lone surrogate, so it is not Unicode");
    }
  }

  private void map(Map<?, ?> map) throws NotJson, ReflectiveOperationException {
    enter(map);
    char separator = '{';
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      Object key = entry.getKey();
      String name =
          switch (key) {
            case CharSequence text -> text.toString();
            case Enum<?> constant -> constant.name();
            case Number number -> number(number);
            case Character c -> c.toString();
            case Boolean b -> b.toString();
            case null -> throw error(map, "it has the key null");
            default -> throw error(key, "it is a key of type " + key.getClass().getTypeName());
          };
      member(separator, name, entry.getValue());
      separator = ',';
    }
    out.ascii(separator == '{' ? "{}" : "}");
  }

  private void members(Record some) throws NotJson, ReflectiveOperationException {
    enter(some);
    char separator = '{';
    for (RecordComponent component : some.getClass().getRecordComponents()) {
      Method accessor = component.getAccessor();
      accessor.setAccessible(true);
      Object value;
      try {
        value = accessor.invoke(some);
      } catch (InvocationTargetException e) {
        throw error(some, "reading " + component.getName() + " failed: " + e.getCause());
      }
      member(separator, component.getName(), value);
      separator = ',';
    }
    out.ascii(separator == '{' ? "{}" : "}");
  }

  private void member(char separator, String name, @Nullable Object value)
      throws NotJson, ReflectiveOperationException {
    out.ascii(separator);
    text(name, name);
    out.ascii(':');
    nested(name, value);
  }

  private void entries(Collection<?> collection) throws NotJson, ReflectiveOperationException {
    enter(collection);
    int index = 0;
    for (Object entry : collection) {
      out.ascii(index == 0 ? '[' : ',');
      nested(index++, entry);
    }
    out.ascii(index == 0 ? "[]" : "]");
  }

  private void array(Object array) throws NotJson, ReflectiveOperationException {
    enter(array);
    int length = Array.getLength(array);
    for (int index = 0; index < length; index++) {
      out.ascii(index == 0 ? '[' : ',');
      nested(index, Array.get(array, index));
    }
    out.ascii(length == 0 ? "[]" : "]");
  }

  private void nested(Object key, @Nullable Object value)
      throws NotJson, ReflectiveOperationException {
    path.add(key);
    value(value);
    path.removeLast();
  }

  private void enter(Object container) throws NotJson {
    if (path.size() > JsonReader.DEEPEST) {
      throw error(container, "it is nested too deeply, or contains itself");
    }
  }

  private NotJson error(@Nullable Object value, String problem) {
    StringBuilder where = new StringBuilder("result");
    for (Object key : path.subList(0, Math.min(path.size(), MOST_KEYS))) {
      String shown = key.toString();
      String cut = shown.length() > LONGEST_KEY ? shown.substring(0, LONGEST_KEY) + "…" : shown;
      where.append(key instanceof Integer ? "[" + cut + "]" : "['" + cut + "']");
    }
    where.append(path.size() > MOST_KEYS ? "…" : "");
    return new NotJson(
        where.toString(), value == null ? "null" : value.getClass().getTypeName(), problem);
  }
}
