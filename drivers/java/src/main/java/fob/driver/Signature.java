package fob.driver;

import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The parameters of the entry point. Immutable. */
final class Signature {

  private static final String BODY = "body";
  private static final String CONTENT_TYPE = "content_type";

  private final String expected;
  private final List<Parameter> parameters;
  private final List<Binder.Converter> converters = new ArrayList<>();

  Signature(Method method) throws Failure {
    expected = shown(method);
    parameters = List.of(method.getParameters());
    Binder binder = new Binder();
    for (Parameter parameter : parameters) {
      try {
        converters.add(binder.of(parameter.getParameterizedType()));
      } catch (Binder.Unsupported e) {
        throw Failure.load(
            "BadParameter",
            expected
                + " cannot be called: the parameter "
                + parameter.getName()
                + " "
                + e.getMessage());
      }
    }
  }

  static String shown(Method method) {
    return Stream.of(method.getParameters())
        .map(p -> Binder.shown(p.getParameterizedType()) + " " + p.getName())
        .collect(Collectors.joining(", ", method.getName() + "(", ")"));
  }

  private boolean has(String name) {
    return parameters.stream().anyMatch(parameter -> parameter.getName().equals(name));
  }

  /** Refuses a request whose parameters have other names. */
  Reading.Run checked(Reading.Run request) throws Failure {
    Map<String, @Nullable Object> values = request.parameters();
    if (request.raw() && !has(CONTENT_TYPE)) {
      values.remove(CONTENT_TYPE);
    }
    List<String> missing = new ArrayList<>();
    int known = 0;
    for (Parameter parameter : parameters) {
      if (values.containsKey(parameter.getName())) {
        known++;
      } else if (parameter.getType() != Optional.class) {
        missing.add(parameter.getName());
      }
    }
    List<String> unexpected =
        known == values.size()
            ? List.of()
            : values.keySet().stream().filter(name -> !has(name)).sorted().toList();
    if (!missing.isEmpty() || !unexpected.isEmpty()) {
      String problems =
          (missing.isEmpty() ? "" : "missing " + Failure.listed(missing))
              + (missing.isEmpty() || unexpected.isEmpty() ? "" : "; ")
              + (unexpected.isEmpty() ? "" : "unexpected " + Failure.listed(unexpected));
      throw bad(problems, missing, unexpected);
    }
    return request;
  }

  private Failure bad(String problem, List<String> missing, List<String> unexpected) {
    return new Failure(
        422,
        "bad-parameters",
        problem + ": the function is " + expected,
        Map.of(
            "type",
            "BadParameters",
            "missing",
            missing,
            "unexpected",
            unexpected,
            "expected",
            expected));
  }

  /** Returns the arguments in order. May run the user's code: constructors of records. */
  @Nullable Object[] arguments(Map<String, @Nullable Object> values) throws Failure {
    @Nullable Object[] arguments = new @Nullable Object[parameters.size()];
    for (int i = 0; i < arguments.length; i++) {
      String name = parameters.get(i).getName();
      Object value = values.get(name);
      Class<?> type = parameters.get(i).getType();
      try {
        if (value instanceof byte[] body && name.equals(BODY)) {
          value = type == String.class ? new String(body, StandardCharsets.UTF_8) : body;
          if (!type.isInstance(value)) {
            throw new Binder.Mismatch(
                name, Binder.shown(type), "a body of bytes: byte[] or String takes it");
          }
          arguments[i] = value;
        } else {
          arguments[i] = converters.get(i).convert(value, name);
        }
      } catch (Binder.Mismatch e) {
        throw bad(String.valueOf(e.getMessage()), List.of(), List.of());
      } catch (RuntimeException | StackOverflowError e) {
        throw bad(name + " cannot be made: " + e, List.of(), List.of());
      }
    }
    return arguments;
  }
}
