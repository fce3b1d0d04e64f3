package fob.deployer.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sandboxes that a killed fob could not take along. Bubblewrap's inner half waits for a word of
 * its outer half before it asks the kernel to die with it; if that is killed in between, it waits
 * for ever.
 */
final class LeftSandboxes {

  private static final Logger LOGGER = LoggerFactory.getLogger(LeftSandboxes.class);
  private static final String BUBBLEWRAP = "bwrap\0";

  private LeftSandboxes() {}

  /**
   * Ends those that were made from a runtime directory.
   *
   * @param directory absolute, of a fob that is dead
   */
  static void end(Path directory) {
    String inside = directory + "/";
    ProcessHandle.allProcesses()
        .filter(process -> {
          String command = command(process);
          return command.startsWith(BUBBLEWRAP) && command.contains(inside);
        })
        .forEach(process -> {
          LOGGER.atInfo().addKeyValue("process", process.pid()).log("left behind, ended");
          process.destroyForcibly();
        });
  }

  /** Whole, where {@link ProcessHandle.Info} would cut it; empty if the process has just ended. */
  private static String command(ProcessHandle process) {
    try {
      return Files.readString(
          Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }
}
