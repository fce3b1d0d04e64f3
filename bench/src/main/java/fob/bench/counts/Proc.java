package fob.bench.counts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Reads what threads have used so far from {@code /proc}. Thread-safe. */
final class Proc {

  private static final String VOLUNTARY = "voluntary_ctxt_switches:";
  private static final String INVOLUNTARY = "nonvoluntary_ctxt_switches:";

  /** Positions of fields of {@code stat}, counted from the end of the name, as proc(5) has them. */
  private static final int USER = 11;

  private static final int KERNEL = 12;

  private final Path root;

  /**
   * @param root {@code /proc}, or a folder with the same content
   */
  Proc(Path root) {
    this.root = root;
  }

  /**
   * A thread.
   *
   * @param name up to 15 characters
   */
  record Task(String name, Use use) {}

  /** Returns the threads of a process by the kernel's ids; none if the process has ended. */
  Map<Long, Task> tasks(long process) throws IOException {
    Map<Long, Task> tasks = new HashMap<>();
    try (DirectoryStream<Path> folders =
        Files.newDirectoryStream(root.resolve(Long.toString(process)).resolve("task"))) {
      for (Path folder : folders) {
        task(folder)
            .ifPresent(task -> tasks.put(Long.parseLong(folder.getFileName().toString()), task));
      }
    } catch (NoSuchFileException ended) {
      return Map.of();
    }
    return tasks;
  }

  private static Optional<Task> task(Path folder) throws IOException {
    try {
      return Optional.of(
          parse(
              Files.readString(folder.resolve("status")),
              Files.readString(folder.resolve("stat"))));
    } catch (NoSuchFileException ended) {
      return Optional.empty();
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("No such process")) { // ended while it was read
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * @param status the content of {@code status}
   * @param stat the content of {@code stat}
   * @throws UncheckedIOException if a field is missing
   */
  static Task parse(String status, String stat) {
    // The name is in parentheses, and may have spaces and parentheses itself.
    int end = stat.lastIndexOf(')');
    String[] fields = stat.substring(end + 1).strip().split(" ", -1);
    return new Task(
        stat.substring(stat.indexOf('(') + 1, end),
        new Use(
            field(status, VOLUNTARY),
            field(status, INVOLUNTARY),
            Long.parseLong(fields[USER]),
            Long.parseLong(fields[KERNEL])));
  }

  private static long field(String status, String name) {
    return status
        .lines()
        .filter(line -> line.startsWith(name))
        .findFirst()
        .map(line -> Long.parseLong(line.substring(name.length()).strip()))
        .orElseThrow(() ->
            new UncheckedIOException(
                new IOException("this kernel does not report " + name + " in " + status)));
  }
}
