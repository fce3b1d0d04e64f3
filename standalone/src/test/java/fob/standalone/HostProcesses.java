package fob.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Finds processes of sandboxes on the host. */
final class HostProcesses {

  private HostProcesses() {}

  /**
   * Returns the outermost process of each sandbox of a function, whose id it has as an argument.
   */
  static List<ProcessHandle> ofFunction(String id) {
    return ProcessHandle.allProcesses()
        .filter(process -> !process.equals(ProcessHandle.current()))
        .filter(process -> read(process, "cmdline").contains(id))
        .toList();
  }

  /** Returns the processes in a function's sandboxes, without those of bubblewrap. */
  static List<ProcessHandle> driversOfFunction(String id) {
    return ofFunction(id).stream()
        .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
        .distinct()
        .filter(process -> read(process, "cmdline").contains("/fob/driver/driver.py"))
        .filter(process -> !read(process, "comm").startsWith("bwrap"))
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
