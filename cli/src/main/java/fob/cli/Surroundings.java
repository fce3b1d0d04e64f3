package fob.cli;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a command finds around it.
 *
 * @param environment the environment variables
 * @param folder the current folder, in which relative paths begin
 * @param home the user's home folder
 * @param input the standard input
 * @param terminal whether the output goes to a terminal
 */
public record Surroundings(
    Map<String, String> environment, Path folder, Path home, InputStream input, boolean terminal) {

  /** Returns the value of a variable, or empty if it is missing or blank. */
  Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  Path resolve(Path path) {
    return folder.resolve(path);
  }
}
