package fob.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;

/** The memory of processes. */
final class Memory {

  private static final String PSS = "Pss:";

  private Memory() {}

  /**
   * Returns the memory of some processes in KiB. Memory that several processes share counts in
   * equal parts for each (PSS).
   */
  static long proportionalKiB(Collection<Long> processes) throws IOException {
    long sum = 0;
    for (long process : processes) {
      try {
        for (String line :
            Files.readAllLines(Path.of("/proc", Long.toString(process), "smaps_rollup"))) {
          if (line.startsWith(PSS)) {
            sum += Long.parseLong(line.replaceAll("[^0-9]", ""));
          }
        }
      } catch (NoSuchFileException ended) {
        // a helper process that has ended has no memory
      }
    }
    return sum;
  }
}
