package fob.standalone;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;

/** Finds out what is installed on this machine. */
final class Commands {

  private Commands() {}

  /** Whether a command is there and succeeds. An empty one does. */
  static boolean succeed(List<String> command) throws Exception {
    if (command.isEmpty()) {
      return true;
    }
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException notInstalled) {
      return false;
    }
  }
}
