package fob.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;

/**
 * What a command prints. Thread-safe: each line is printed whole.
 *
 * @param json whether the user wants JSON
 * @param terminal whether lines may be written over
 */
record Output(PrintWriter out, PrintWriter err, boolean json, boolean terminal) {

  private static final String ERASE_LINE = "\r\033[K";

  /**
   * Prints a line of the result.
   *
   * @throws CommandFailure if nobody reads it any more, such as behind {@code | head}
   */
  void print(String line) {
    out.println(line);
    if (out.checkError()) {
      throw new CommandFailure(ExitCodes.FAILED, "the output cannot be written");
    }
  }

  /** Prints JSON over several lines. */
  void print(JsonNode value) {
    print(value.toPrettyString());
  }

  /** Prints JSON in one line. */
  void printCompact(JsonNode value) {
    try {
      print(Reply.MAPPER.writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Prints a remark that is no result. */
  void say(String line) {
    if (!json) {
      err.println(line);
    }
  }

  /** Prints what goes on: on a terminal over the previous such line. */
  void progress(String line) {
    if (terminal) {
      err.print(ERASE_LINE + line);
      err.flush();
    } else {
      say(line);
    }
  }

  /** Prints what goes on if that is a terminal. */
  void progressOnly(String line) {
    if (terminal) {
      progress(line);
    }
  }

  /** Removes the line of {@link #progress}. */
  void endProgress() {
    if (terminal) {
      err.print(ERASE_LINE);
      err.flush();
    }
  }

  /** Prints a table whose columns are as wide as their longest cell. */
  void table(List<String> titles, List<List<String>> rows) {
    Column[] columns = new Column[titles.size()];
    for (int i = 0; i < columns.length; i++) {
      int column = i;
      int widest = rows.stream().mapToInt(row -> width(row.get(column))).max().orElse(0);
      columns[i] = new Column(Math.max(widest, width(titles.get(i))) + 2, 0, Overflow.SPAN);
    }
    TextTable table = TextTable.forColumns(Help.defaultColorScheme(Ansi.OFF), columns);
    table.addRowValues(titles.toArray(String[]::new));
    rows.forEach(row -> table.addRowValues(row.toArray(String[]::new)));
    table.toString().lines().map(String::stripTrailing).forEach(out::println);
    out.flush();
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
