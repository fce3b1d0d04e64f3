package fob.deployer.process;

import fob.deployer.Driver;
import fob.function.Code;
import fob.function.FunctionSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The files of one deployed function.
 *
 * @param driverFiles the platform's copy
 * @param user who its sandboxes are on the host; empty: the same as fob
 */
record FunctionHome(
    FunctionSpec spec, Driver driver, Path driverFiles, Path directory, OptionalInt user) {

  static final String CODE_FILE = "function";
  static final String SOCKET = "http.sock";

  static FunctionHome create(
      FunctionSpec spec,
      Code code,
      Driver driver,
      RuntimeDirectory runtime,
      int number,
      HostUser users)
      throws IOException {
    OptionalInt user = users.idFor(number);
    Path directory = Trees.directory(runtime.function(number), "rwx------");
    FunctionHome home = new FunctionHome(spec, driver, runtime.driver(driver), directory, user);
    Path codeDirectory = Trees.directory(home.code(), "rwxr-xr-x");
    Trees.file(codeDirectory.resolve(CODE_FILE), code.bytes(), "r--r--r--");
    Trees.give(directory, user);
    return home;
  }

  Path code() {
    return directory.resolve("code");
  }

  /** Shown to one instance, for its socket. */
  Path createRun(int instance) throws IOException {
    Path run = Trees.directory(directory.resolve("r" + instance), "rwx------");
    Trees.give(run, user);
    return run;
  }

  /** Where the socket of an instance goes once it has appeared. */
  Path socket(int instance) {
    return directory.resolve(instance + ".sock");
  }

  /** What the driver finds in its environment; paths as the sandbox sees them. */
  Map<String, String> environment(String run, String code) {
    Map<String, String> all = new TreeMap<>(driver.env(spec));
    all.put("FOB_LISTEN", "unix:" + run + "/" + SOCKET);
    all.put("FOB_CODE_URL", "file://" + code + "/" + CODE_FILE);
    return all;
  }

  /**
   * Never the same again: the directory's number is new at each deployment, its parent's name at
   * each start of fob.
   */
  String instanceId(int instance) {
    Path platform = directory.getParent() == null ? directory : directory.getParent();
    return "%s/%d-%s-%s"
        .formatted(spec.id(), instance, directory.getFileName(), platform.getFileName());
  }

  /** How long a driver may take to end once it has been told to, or has said that it will. */
  Duration longestDrain() {
    return spec.limits().timeout().plusSeconds(5);
  }
}
