package fob.standalone;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What {@code fob up} says once everything runs. */
final class StartMessage {

  private StartMessage() {}

  /** Returns the lines. */
  static List<String> of(Standalone fob, Path folder, boolean isUnsafe) {
    List<String> lines = new ArrayList<>();
    lines.add("fob is up at " + fob.url());
    lines.add(
        "Kafka listens at %s; data and logs are in %s".formatted(fob.bootstrapServers(), folder));
    if (isUnsafe) {
      lines.add("WARNING: functions run WITHOUT a sandbox and may do everything that you may do");
    }
    return lines;
  }
}
