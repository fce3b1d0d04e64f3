package fob.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The gateways that the user has given names, in {@code ~/.config/fob/config} (JSON, readable by
 * the user alone, since it has keys). Used by one thread.
 */
final class Contexts {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Path file;

  Contexts(Surroundings surroundings) {
    Path config =
        surroundings
            .variable("XDG_CONFIG_HOME")
            .map(Path::of)
            .orElseGet(() -> surroundings.home().resolve(".config"));
    this.file = config.resolve("fob").resolve("config");
  }

  /**
   * One gateway.
   *
   * @param ca the path of a file with the certificates that are trusted; null: those of the system
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Context(String url, @Nullable String token, @Nullable String ca) {}

  /**
   * The contents of the file.
   *
   * @param current the name of the context in use; null: none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Config(@Nullable String current, Map<String, Context> contexts) {

    Config {
      contexts = contexts == null ? new TreeMap<>() : new TreeMap<>(contexts);
    }

    Config using(@Nullable String name) {
      return new Config(name, contexts);
    }

    Config with(String name, Context context) {
      Map<String, Context> all = new TreeMap<>(contexts);
      all.put(name, context);
      return new Config(current, all);
    }

    Config without(String name) {
      Map<String, Context> all = new TreeMap<>(contexts);
      all.remove(name);
      return new Config(name.equals(current) ? null : current, all);
    }

    /**
     * Returns a context.
     *
     * @throws CommandFailure if there is none of that name
     */
    Context get(String name) {
      Context context = contexts.get(name);
      if (context == null) {
        throw new CommandFailure(
            ExitCodes.NOT_FOUND,
            "there is no context '%s'; %s"
                .formatted(
                    name,
                    contexts.isEmpty()
                        ? "fob context set %s --url URL makes it".formatted(name)
                        : "those that exist are " + String.join(", ", contexts.keySet())));
      }
      return context;
    }
  }

  Path file() {
    return file;
  }

  /**
   * Reads the file; without it there are no contexts.
   *
   * @throws CommandFailure if it is damaged
   */
  Config read() throws IOException {
    if (!Files.exists(file)) {
      return new Config(null, Map.of());
    }
    try {
      return MAPPER.readValue(Files.readAllBytes(file), Config.class);
    } catch (JacksonException e) {
      throw CommandFailure.usage(
          "%s is damaged: %s; mend or delete it".formatted(file, e.getOriginalMessage()));
    }
  }

  /** Replaces the file in one step. */
  void write(Config config) throws IOException {
    Files.createDirectories(file.getParent());
    Path written =
        Files.createTempFile(
            file.getParent(),
            "config",
            ".new",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(written, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(config));
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
