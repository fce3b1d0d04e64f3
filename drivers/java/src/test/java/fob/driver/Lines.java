package fob.driver;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** The lines that a process has written to a file. */
final class Lines {

  static final Duration DEADLINE = Duration.ofMinutes(2);

  private final Path file;

  Lines(Path file) {
    this.file = file;
  }

  /** Waits until a number of lines contain a text, and returns these lines. */
  List<String> await(String text, int count) {
    return Awaitility.await(text)
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> all().stream().filter(line -> line.contains(text)).toList(),
            found -> found.size() >= count);
  }

  List<String> await(String text) {
    return await(text, 1);
  }

  List<String> all() throws IOException {
    String text = Files.readString(file, UTF_8);
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }
}
