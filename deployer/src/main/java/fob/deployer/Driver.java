package fob.deployer;

import com.fasterxml.jackson.databind.JsonNode;
import fob.function.FunctionSpec;
import fob.function.Limits;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A language's driver: the program that runs in a function's sandbox. It is read from {@code
 * drivers/<language>/driver.json}, which is a Marathon app spec, so that every platform runs the
 * same. Immutable.
 *
 * @param directory the driver's files, which a sandbox sees as {@code /fob/driver}
 * @param app the app spec
 * @param file what {@code language.json} says
 */
public record Driver(String language, Path directory, JsonNode app, LanguageFile file) {

  /** The variable that tells whether the function has a network. */
  public static final String NETWORK = "FOB_NETWORK";

  private static final int MAX_RESULT_BYTES = 1024 * 1024;

  public Driver {
    app = app.deepCopy();
  }

  /** Creates a driver without a {@code language.json}. */
  public Driver(String language, Path directory, JsonNode app) {
    this(language, directory, app, LanguageFile.none(language));
  }

  /** Returns the command, in exec form; empty if the image has one. */
  public List<String> args() {
    return app.path("args").valueStream().map(JsonNode::asText).toList();
  }

  /** Returns the environment variables of the app spec. */
  public Map<String, String> env() {
    return app.path("env")
        .propertyStream()
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> e.getValue().asText()));
  }

  /**
   * Checks the app spec.
   *
   * @throws IllegalArgumentException if it has no command; the message says so
   */
  Driver withCommand() {
    if (args().isEmpty()) {
      throw new IllegalArgumentException("'args' is missing: the command in exec form");
    }
    return this;
  }

  /**
   * Returns the environment variables for a function, except those for code and socket. The user's
   * own variables cannot replace the driver's.
   */
  public Map<String, String> env(FunctionSpec spec) {
    Map<String, String> all = new TreeMap<>(spec.environment().variables());
    all.putAll(env(spec.limits()));
    all.put("FOB_CODE_SHA256", spec.codeSha256());
    String entry = spec.upload().entry();
    if (entry != null) {
      all.put("FOB_CODE_ENTRY", entry);
    }
    all.put("FOB_FUNCTION_ID", spec.id().toString());
    return all;
  }

  /** Returns those environment variables that depend on the limits alone. */
  public Map<String, String> env(Limits limits) {
    Map<String, String> all = new TreeMap<>(env());
    all.put("FOB_CONCURRENCY", Integer.toString(limits.concurrency()));
    all.put("FOB_TIMEOUT_MS", Long.toString(limits.timeout().toMillis()));
    all.put("FOB_MAX_RESULT_BYTES", Integer.toString(MAX_RESULT_BYTES));
    all.put("FOB_MEMORY_MIB", Integer.toString(limits.memoryMiB()));
    all.put(NETWORK, Boolean.toString(limits.network()));
    return all;
  }
}
