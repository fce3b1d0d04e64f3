package fob.deployer.process;

import fob.function.Limits;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** What is started in one sandbox. Thread-safe. */
interface SandboxJob {

  Limits limits();

  /** Returns the user id of the sandbox on the host; empty: fob's own. */
  OptionalInt user();

  /**
   * Returns the files of fob that the sandbox sees.
   *
   * @param run the directory for its socket
   */
  Sandbox.Files files(Path run);

  /** Returns the environment variables. The paths are those that the program sees. */
  Map<String, String> environment(String run, String code, String secrets, String layer);

  /** Returns the command, in exec form. */
  List<String> program();
}
