package fob.driver;

import fob.driver.json.JsonException;
import fob.driver.json.JsonReader;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The function's environment variables and secrets. The JDK has no call to set a variable of the
 * own process, so this changes its copy of them: that which System.getenv and child processes read.
 */
final class Environment {

  private static final int LARGEST_SECRETS = 4 << 20;
  private static final int SECONDS = 10;
  private static final Path SECRETS = Path.of("/run/secrets");

  private Environment() {}

  /**
   * Removes the driver's own variables, and adds others and the secrets.
   *
   * @param more from {@code /init}
   */
  static void prepare(Settings settings, Map<String, String> more) throws Failure {
    Map<String, String> added = new LinkedHashMap<>(more);
    String url = settings.secretsUrl();
    if (url != null) {
      Map<String, String> secrets = Fetch.isFile(url) ? null : download(settings, url);
      for (String name : settings.secretEnv()) {
        String value = secrets == null ? read(Fetch.path(url), name) : known(secrets, name);
        if (value.indexOf('\0') >= 0) {
          throw missing(name, "contains a NUL, so it can be no environment variable");
        }
        added.put(name, value);
      }
    }
    try {
      Map<String, String> variables = variables();
      variables.keySet().removeIf(name -> name.startsWith("FOB_"));
      variables.putAll(added);
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new Failure(
          502, "failed", "this JDK does not let the driver set environment variables: " + e);
    }
  }

  @SuppressWarnings("unchecked") // the JDK's fields have these types
  private static Map<String, String> variables() throws ReflectiveOperationException {
    Field whole =
        Class.forName("java.lang.ProcessEnvironment")
            .getDeclaredField("theUnmodifiableEnvironment");
    whole.setAccessible(true);
    Map<String, String> unmodifiable = (Map<String, String>) whole.get(null);
    Field inner = Class.forName("java.util.Collections$UnmodifiableMap").getDeclaredField("m");
    inner.setAccessible(true);
    return (Map<String, String>) inner.get(unmodifiable);
  }

  private static String read(Path directory, String name) throws Failure {
    try {
      return Files.readString(directory.resolve(name));
    } catch (CharacterCodingException e) {
      throw missing(name, "is not UTF-8, so it can be no environment variable");
    } catch (IOException e) {
      throw missing(name, "cannot be read");
    }
  }

  private static String known(Map<String, String> secrets, String name) throws Failure {
    String value = secrets.get(name);
    if (value == null) {
      throw missing(name, "is missing");
    }
    return value;
  }

  private static Failure missing(String name, String problem) {
    return Failure.load("SecretNotAvailable", "the secret " + name + " " + problem);
  }

  private static Map<String, String> download(Settings settings, String url) throws Failure {
    byte[] bytes =
        new Fetch("the secrets", LARGEST_SECRETS, SECONDS, settings.token()).fetch(url, null);
    Object json;
    try {
      json = JsonReader.read(bytes);
    } catch (JsonException e) {
      json = null; // the message could contain a secret
    }
    Map<String, String> secrets = new LinkedHashMap<>();
    if (!(json instanceof Map<?, ?> map)) {
      throw Failure.load("SecretNotAvailable", "the secrets are no JSON object");
    }
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      secrets.put(String.valueOf(entry.getKey()), String.valueOf(entry.getValue()));
    }
    write(secrets);
    return secrets;
  }

  /** Writes the files, if this is possible here. */
  private static void write(Map<String, String> secrets) {
    try {
      Files.createDirectories(SECRETS);
      for (Map.Entry<String, String> secret : secrets.entrySet()) {
        @Nullable Path name = Path.of(secret.getKey()).getFileName();
        if (name == null || !name.toString().equals(secret.getKey())) {
          continue;
        }
        Path file = SECRETS.resolve(name);
        Files.deleteIfExists(file);
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(file, secret.getValue().getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      // The function has them in its environment.
    }
  }
}
