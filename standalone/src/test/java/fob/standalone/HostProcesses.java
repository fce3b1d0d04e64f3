package fob.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds processes of sandboxes on the host. */
final class HostProcesses {

  /** Settings with which each instance of a function has a sandbox that was started for it. */
  static final String OWN_SANDBOX = "timeout=29s";

  private HostProcesses() {}

  /**
   * Returns the processes in a function's sandboxes, without those of bubblewrap. If the sandboxes
   * were started for the function, they have its id in their environment.
   */
  static List<ProcessHandle> ofFunction(String id) {
    return ProcessHandle.allProcesses()
        .filter(process -> read(process, "environ").contains("FOB_FUNCTION_ID=" + id))
        .toList();
  }

  /** Reads a file of {@code /proc}; returns an empty text if the process has ended. */
  static String read(ProcessHandle process, String file) {
    try {
      return new String(Files.readAllBytes(Path.of("/proc/" + process.pid()).resolve(file)), UTF_8);
    } catch (IOException gone) {
      return "";
    }
  }
}
