package fob.driver;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes records from objects of JSON. A member whose type is Optional may be missing.
 *
 * @param members the converters of the components, in order
 */
record RecordConverter(
    String name, Constructor<?> constructor, Map<String, Binder.Converter> members)
    implements Binder.Converter {

  @Override
  public @Nullable Object convert(@Nullable Object json, String where) throws Binder.Mismatch {
    if (json == null) {
      return null;
    }
    if (!(json instanceof Map<?, ?> object)) {
      throw new Binder.Mismatch(where, expected(), Values.described(json));
    }
    for (Object key : object.keySet()) {
      if (!members.containsKey(String.valueOf(key))) {
        throw new Binder.Mismatch(
            where,
            expected(),
            "an object with another member, " + Failure.cut(String.valueOf(key), 64));
      }
    }
    @Nullable Object[] values = new @Nullable Object[members.size()];
    Class<?>[] types = constructor.getParameterTypes();
    int i = 0;
    for (Map.Entry<String, Binder.Converter> member : members.entrySet()) {
      String key = member.getKey();
      if (!object.containsKey(key) && types[i] != Optional.class) {
        throw new Binder.Mismatch(where, expected(), "an object without the member " + key);
      }
      values[i++] = member.getValue().convert(object.get(key), where + "." + key);
    }
    return made(values, where);
  }

  private Object made(@Nullable Object[] values, String where) throws Binder.Mismatch {
    try {
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw new Binder.Mismatch(
          where, "a valid " + name, "refused by its constructor: " + e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private String expected() {
    return name + "(" + String.join(", ", members.keySet()) + ")";
  }
}
