package fob.driver;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes converters from JSON to Java types. Used by one thread; converters are thread-safe. */
final class Binder {

  private static final Pattern PACKAGES = Pattern.compile("\\b(?:[a-z_][A-Za-z0-9_]*\\.)+");

  /** Makes a Java value from what the JSON reader has made. */
  interface Converter {
    /**
     * Converts a value.
     *
     * @param where its place, such as {@code points[0].x}
     */
    @Nullable Object convert(@Nullable Object json, String where) throws Mismatch;
  }

  /** A value does not fit; the message is for the user. */
  static final class Mismatch extends Exception {
    private static final long serialVersionUID = 1;

    Mismatch(String where, String expected, String got) {
      super(where + " must be " + expected + ", but is " + got, null, false, false);
    }
  }

  /** Values of a type cannot be made from JSON. The message follows the name of a parameter. */
  static final class Unsupported extends Exception {
    private static final long serialVersionUID = 1;

    Unsupported(Type type) {
      super(
          "has the type "
              + shown(type)
              + ", which cannot be made from JSON: use a primitive type, String, BigInteger,"
              + " BigDecimal, an enum, a record, Object, or List, Set, Map, Optional or an array of"
              + " these");
    }
  }

  private final Map<Type, Converter> known = new HashMap<>();

  static String shown(Type type) {
    return PACKAGES.matcher(type.getTypeName()).replaceAll("");
  }

  Converter of(Type type) throws Unsupported {
    Converter made = known.get(type);
    if (made != null) {
      return made;
    }
    // A record may contain itself, so it is known before its components are.
    Converter[] later = new Converter[1];
    known.put(type, (json, where) -> later[0].convert(json, where));
    later[0] = make(type);
    return later[0];
  }

  private Converter make(Type type) throws Unsupported {
    return switch (type) {
      case Class<?> plain -> ofClass(plain);
      case ParameterizedType generic -> ofGeneric(generic);
      case GenericArrayType array -> array(Object.class, of(array.getGenericComponentType()), type);
      case WildcardType wild -> of(wild.getUpperBounds()[0]);
      case TypeVariable<?> variable -> of(variable.getBounds()[0]);
      default -> throw new Unsupported(type);
    };
  }

  private Converter ofClass(Class<?> type) throws Unsupported {
    Converter scalar = Scalars.of(type);
    if (scalar != null) {
      return scalar;
    }
    if (type.isArray()) {
      return array(type.getComponentType(), of(type.getComponentType()), type);
    }
    if (type.isRecord()) {
      return record(type);
    }
    return collection(type, new Type[] {Object.class, Object.class}, type);
  }

  private Converter ofGeneric(ParameterizedType type) throws Unsupported {
    Class<?> raw = (Class<?>) type.getRawType();
    return raw.isRecord() ? record(raw) : collection(raw, type.getActualTypeArguments(), type);
  }

  private Converter collection(Class<?> raw, Type[] arguments, Type type) throws Unsupported {
    String shown = shown(type);
    if (raw == Optional.class) {
      Converter value = of(arguments[0]);
      return (json, where) ->
          json == null ? Optional.empty() : Optional.ofNullable(value.convert(json, where));
    }
    if (raw == Map.class || raw == LinkedHashMap.class || raw == HashMap.class) {
      return map(of(arguments[0]), of(arguments[1]), shown);
    }
    if (raw == Set.class || raw == LinkedHashSet.class) {
      Converter entry = of(arguments[0]);
      return (json, where) ->
          json == null ? null : new LinkedHashSet<>(list(json, where, entry, shown));
    }
    if (raw == List.class
        || raw == ArrayList.class
        || raw == Collection.class
        || raw == Iterable.class) {
      Converter entry = of(arguments[0]);
      return (json, where) -> json == null ? null : list(json, where, entry, shown);
    }
    throw new Unsupported(type);
  }

  private static List<@Nullable Object> list(
      Object json, String where, Converter entry, String shown) throws Mismatch {
    if (!(json instanceof List<?> entries)) {
      throw new Mismatch(where, shown, Values.described(json));
    }
    List<@Nullable Object> all = new ArrayList<>(entries.size());
    for (Object each : entries) {
      all.add(entry.convert(each, where + "[" + all.size() + "]"));
    }
    return all;
  }

  private static Converter map(Converter key, Converter value, String shown) {
    return (json, where) -> {
      if (json == null) {
        return null;
      }
      if (!(json instanceof Map<?, ?> members)) {
        throw new Mismatch(where, shown, Values.described(json));
      }
      Map<@Nullable Object, @Nullable Object> all = new LinkedHashMap<>();
      for (Map.Entry<?, ?> member : members.entrySet()) {
        String inside = where + "." + member.getKey();
        all.put(key.convert(member.getKey(), inside), value.convert(member.getValue(), inside));
      }
      return all;
    };
  }

  private static Converter array(Class<?> component, Converter entry, Type type) {
    String shown = shown(type);
    return (json, where) -> {
      if (json == null) {
        return null;
      }
      List<@Nullable Object> entries = list(json, where, entry, shown);
      Object array = Array.newInstance(component, entries.size());
      for (int i = 0; i < entries.size(); i++) {
        Array.set(array, i, entries.get(i));
      }
      return array;
    };
  }

  private Converter record(Class<?> type) throws Unsupported {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Map<String, Converter> members = new LinkedHashMap<>();
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      members.put(components[i].getName(), of(components[i].getGenericType()));
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return new RecordConverter(type.getSimpleName(), constructor, members);
    } catch (NoSuchMethodException e) {
      throw new Unsupported(type);
    }
  }
}
