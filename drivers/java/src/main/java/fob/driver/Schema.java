package fob.driver;

import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * Describes the entry point for callers: JSON Schemas of its parameters and its result, made from
 * their types. A type that it does not know becomes a schema that allows any value. Runs no code of
 * the user's. Used by one thread.
 */
final class Schema {

  /** How many schemas one function may have in each other; what is beyond allows any value. */
  private static final int MOST = 500;

  private static final Map<String, Object> ANY = Map.of();
  private static final Map<String, Object> NULL = Map.of("type", "null");

  private static final Map<Class<?>, String> SCALARS =
      Map.ofEntries(
          Map.entry(byte.class, "integer"),
          Map.entry(Byte.class, "integer"),
          Map.entry(short.class, "integer"),
          Map.entry(Short.class, "integer"),
          Map.entry(int.class, "integer"),
          Map.entry(Integer.class, "integer"),
          Map.entry(long.class, "integer"),
          Map.entry(Long.class, "integer"),
          Map.entry(BigInteger.class, "integer"),
          Map.entry(float.class, "number"),
          Map.entry(Float.class, "number"),
          Map.entry(double.class, "number"),
          Map.entry(Double.class, "number"),
          Map.entry(BigDecimal.class, "number"),
          Map.entry(Number.class, "number"),
          Map.entry(boolean.class, "boolean"),
          Map.entry(Boolean.class, "boolean"),
          Map.entry(char.class, "string"),
          Map.entry(Character.class, "string"),
          Map.entry(String.class, "string"),
          Map.entry(CharSequence.class, "string"),
          Map.entry(void.class, "null"),
          Map.entry(Void.class, "null"));

  /** A member of an object, which may be missing if its type is Optional. */
  private record Member(String name, Class<?> type, Type generic) {}

  private final Set<Class<?>> open = new HashSet<>(); // records, which may contain themselves
  private int made;

  private Schema() {}

  /** Returns {@code {"parameters": …, "result": …}}. */
  static Map<String, Object> of(Method method) {
    Schema schema = new Schema();
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put(
        "parameters",
        schema.members(
            Stream.of(method.getParameters())
                .map(p -> new Member(p.getName(), p.getType(), p.getParameterizedType()))
                .toList()));
    answer.put("result", schema.result(method));
    return answer;
  }

  private Map<String, Object> result(Method method) {
    try {
      return of(method.getGenericReturnType());
    } catch (RuntimeException | LinkageError e) {
      return ANY;
    }
  }

  private Map<String, Object> members(List<Member> members) {
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    for (Member member : members) {
      properties.put(member.name(), of(member.generic()));
      if (member.type() != Optional.class) {
        required.add(member.name());
      }
    }
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("properties", properties);
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    schema.put("additionalProperties", false);
    return schema;
  }

  private Map<String, Object> of(Type type) {
    if (++made > MOST) {
      return ANY;
    }
    try {
      return known(type);
    } catch (RuntimeException | LinkageError e) { // such as a class that is not there
      return ANY;
    }
  }

  private Map<String, Object> known(Type type) {
    return switch (type) {
      case Class<?> plain -> ofClass(plain);
      case ParameterizedType generic -> ofGeneric(generic);
      case GenericArrayType array -> list(array.getGenericComponentType());
      case WildcardType wild -> of(wild.getUpperBounds()[0]);
      case TypeVariable<?> variable -> of(variable.getBounds()[0]);
      default -> ANY;
    };
  }

  private Map<String, Object> ofClass(Class<?> type) {
    String scalar = SCALARS.get(type);
    if (scalar != null) {
      return Map.of("type", scalar);
    }
    if (type.isArray()) {
      return list(type.getComponentType());
    }
    if (type.isEnum()) {
      return Map.of(
          "enum",
          Stream.of(type.getDeclaredFields())
              .filter(Field::isEnumConstant)
              .map(Field::getName)
              .toList());
    }
    if (type.isRecord()) {
      return record(type);
    }
    if (Iterable.class.isAssignableFrom(type)) {
      return Map.of("type", "array");
    }
    return Map.class.isAssignableFrom(type) ? Map.of("type", "object") : ANY;
  }

  private Map<String, Object> ofGeneric(ParameterizedType type) {
    Class<?> raw = (Class<?>) type.getRawType();
    Type[] arguments = type.getActualTypeArguments();
    if (raw == Optional.class) {
      Map<String, Object> value = of(arguments[0]);
      return value.isEmpty() ? ANY : Map.of("anyOf", List.of(value, NULL));
    }
    if (CompletionStage.class.isAssignableFrom(raw)) {
      return of(arguments[0]);
    }
    if (Iterable.class.isAssignableFrom(raw) && arguments.length == 1) {
      return list(arguments[0]);
    }
    if (Map.class.isAssignableFrom(raw) && arguments.length == 2) {
      return Map.of("type", "object", "additionalProperties", of(arguments[1]));
    }
    return ofClass(raw);
  }

  private Map<String, Object> list(Type entry) {
    return Map.of("type", "array", "items", of(entry));
  }

  private Map<String, Object> record(Class<?> type) {
    if (!open.add(type)) {
      return Map.of("type", "object");
    }
    try {
      return members(
          Stream.of(type.getRecordComponents())
              .map(c -> new Member(c.getName(), c.getType(), c.getGenericType()))
              .toList());
    } finally {
      open.remove(type);
    }
  }
}
