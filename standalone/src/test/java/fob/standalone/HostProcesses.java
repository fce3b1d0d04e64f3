package fob.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Processes as the host sees them, sandboxes or not. */
final class HostProcesses {

  private HostProcesses() {}

  /** The outermost process of each of a function's sandboxes: its id is on their command lines. */
  static List<ProcessHandle> ofFunction(String id) {
    return ProcessHandle.allProcesses()
        .filter(process -> !process.equals(ProcessHandle.current()))
        .filter(process -> read(process, "cmdline").contains(id))
        .toList();
  }

  /** The processes in a function's sandboxes that are not bubblewrap's. */
  static List<ProcessHandle> driversOfFunction(String id) {
    return ofFunction(id).stream()
        .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
        .distinct()
        .filter(process -> read(process, "cmdline").contains("/fob/driver/driver.py"))
        .filter(process -> !read(process, "comm").startsWith("bwrap"))
        .toList();
  }

  /** A file of {@code /proc}; empty if the process is gone. */
  static String read(ProcessHandle process, String file) {
    try {
      return new String(Files.readAllBytes(Path.of("/proc/" + process.pid()).resolve(file)), UTF_8);
    } catch (IOException gone) {
      return "";
    }
  }
}
