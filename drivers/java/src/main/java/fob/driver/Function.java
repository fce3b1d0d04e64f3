package fob.driver;

import fob.driver.json.JsonBuffer;
import fob.driver.json.JsonWriter;
import fob.driver.json.NotJson;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** The loaded function. Nothing in it changes after loading. Thread-safe. */
final class Function {

  static final String ENTRY_POINT = "callme";

  private static final int LARGEST_SCHEMA = 64 * 1024;

  private final Method method;
  private final @Nullable Object target;
  private final Signature signature;
  private final Trace trace;
  private final int mostBytes;

  private Function(
      Method method, @Nullable Object target, Signature signature, Trace trace, int mostBytes) {
    this.method = method;
    this.target = target;
    this.signature = signature;
    this.trace = trace;
    this.mostBytes = mostBytes;
  }

  /**
   * Finds the entry point in loaded classes, and runs what they do at the start.
   *
   * @param types the names of the types in which it may be
   */
  static Function load(
      ClassLoader loader, List<String> types, String entryPoint, Trace trace, int mostBytes)
      throws Failure {
    try {
      Method method = find(loader, types, entryPoint);
      method.setAccessible(true);
      Class<?> type = method.getDeclaringClass();
      Class.forName(type.getName(), true, loader);
      Signature signature = new Signature(method);
      Object target = Modifier.isStatic(method.getModifiers()) ? null : instance(type);
      return new Function(method, target, signature, trace, mostBytes);
    } catch (InvocationTargetException e) {
      throw trace.failure(502, "failed", cause(e));
    } catch (ExceptionInInitializerError e) {
      Throwable cause = e.getCause();
      throw trace.failure(502, "failed", cause == null ? e : cause);
    } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
      throw trace.failure(502, "failed", e);
    }
  }

  private static Throwable cause(InvocationTargetException e) {
    Throwable cause = e.getCause();
    return cause == null ? e : cause;
  }

  private static Method find(ClassLoader loader, List<String> types, String entryPoint)
      throws Failure, ClassNotFoundException {
    List<Method> found = new ArrayList<>();
    for (String type : types) {
      for (Method method : Class.forName(type, false, loader).getDeclaredMethods()) {
        if (method.getName().equals(entryPoint)
            && !method.isSynthetic()
            && !Modifier.isAbstract(method.getModifiers())) {
          found.add(method);
        }
      }
    }
    if (found.isEmpty()) {
      throw Failure.load(
          "NoEntryPoint",
          "the code has no method "
              + entryPoint
              + ": write one, for example: int "
              + entryPoint
              + "(int a, int b) { return a + b; }");
    }
    if (found.size() > 1) {
      List<String> shown =
          found.stream()
              .map(m -> m.getDeclaringClass().getName() + "." + Signature.shown(m))
              .toList();
      throw Failure.load(
          "NoEntryPoint",
          "the code has more than one method "
              + entryPoint
              + ", leave one: "
              + Failure.listed(shown));
    }
    return found.getFirst();
  }

  private static Object instance(Class<?> type) throws Failure, ReflectiveOperationException {
    Constructor<?> constructor;
    try {
      constructor = type.getDeclaredConstructor();
    } catch (NoSuchMethodException e) {
      throw Failure.load(
          "NoEntryPoint",
          type.getName()
              + " has no constructor without parameters: add one, or make the method static");
    }
    constructor.setAccessible(true);
    return constructor.newInstance();
  }

  ClassLoader loader() {
    return method.getDeclaringClass().getClassLoader();
  }

  Reading.Run checked(Reading.Run request) throws Failure {
    return signature.checked(request);
  }

  /** Returns the answer with the schema of the parameters and the result. */
  Response schema() throws Failure {
    Response answer = Response.json(200, Schema.of(method));
    if (answer.body().length > LARGEST_SCHEMA) {
      throw new Failure(
          404, "no-schema", "the function's schema has more than " + LARGEST_SCHEMA + " bytes");
    }
    return answer;
  }

  List<String> lines(StackTraceElement[] stack) {
    return trace.lines(stack);
  }

  /** Returns the result as JSON. */
  byte[] call(Map<String, @Nullable Object> parameters) throws Failure {
    @Nullable Object[] arguments = signature.arguments(parameters);
    try {
      Object value = method.invoke(target, arguments);
      if (value instanceof CompletionStage<?> stage) {
        value = stage.toCompletableFuture().get();
      }
      return json(value);
    } catch (InvocationTargetException e) {
      throw trace.failure(500, "exception", cause(e));
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw trace.failure(500, "exception", cause == null ? e : cause);
    } catch (Failure failure) {
      throw failure;
    } catch (Throwable e) { // also no memory, or no room on the stack
      throw trace.failure(500, "exception", e);
    }
  }

  private byte[] json(@Nullable Object value) throws Failure {
    JsonBuffer json;
    try {
      json = JsonWriter.write(value, mostBytes);
    } catch (NotJson e) {
      throw new Failure(
          500,
          "result-not-json",
          e.where()
              + " is not JSON: "
              + e.getMessage()
              + ". Return null, a boolean, number, text, enum or record, or lists, arrays and maps"
              + " (with text keys) of these",
          Map.of("type", e.type(), "where", e.where()));
    }
    if (json.size() > mostBytes) {
      throw new Failure(
          500,
          "result-too-large",
          "the result has %d bytes as JSON, and %d are allowed: return less, or store it elsewhere and return where it is"
              .formatted(json.size(), mostBytes),
          Map.of("size", json.size(), "limit", mostBytes));
    }
    return json.toBytes();
  }
}
