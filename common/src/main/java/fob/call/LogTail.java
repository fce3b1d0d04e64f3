package fob.call;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The end of a call's log, in bounded size. */
public final class LogTail {

  private LogTail() {}

  /** Returns the last lines that have at most so many bytes, each with its line end. */
  public static List<String> of(List<String> lines, int mostBytes) {
    int first = lines.size();
    int bytes = 0;
    while (first > 0) {
      bytes += lines.get(first - 1).getBytes(StandardCharsets.UTF_8).length + 1;
      if (bytes > mostBytes) {
        break;
      }
      first--;
    }
    return List.copyOf(lines.subList(first, lines.size()));
  }
}
