package fob.deployer;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A language's driver: what to start in a function's sandbox. Read from {@code
 * drivers/<language>/driver.json}, which is a Marathon app spec, so that every platform runs the
 * same.
 *
 * @param directory holds the driver's files; a sandbox sees it as {@code /fob/driver}
 * @param args the command, in exec form
 * @param env what the driver wants in its environment
 */
public record Driver(String language, Path directory, List<String> args, Map<String, String> env) {
  public Driver {
    args = List.copyOf(args);
    env = Map.copyOf(env);
  }
}
