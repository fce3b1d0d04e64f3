package fob.bench;

import fob.bench.counts.Counts;
import fob.bench.counts.Part;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Prints what groups of threads use, with some columns of each target beside each other. */
final class CountsTable {

  /** Groups below both bounds are not printed. */
  private static final double LEAST_SWITCHES = 0.1;

  private static final double LEAST_MICROS = 10;
  private static final String NAMES = "  %-10s %-32s";

  private CountsTable() {}

  private record Row(String part, String threads) {}

  /**
   * Returns the lines of the table.
   *
   * @param targets what each target used, by its name
   */
  static List<String> lines(Map<String, Counts> targets) {
    Map<String, Map<Row, Counts.PerCall>> columns = new LinkedHashMap<>();
    targets.forEach((target, counts) -> columns.put(target, byRow(counts)));
    List<String> lines = new ArrayList<>();
    lines.add(line(NAMES.formatted("", ""), columns.keySet(), "%20s"::formatted));
    lines.add(
        line(
            NAMES.formatted("part", "threads"),
            columns.keySet(),
            _ -> "%10s%10s".formatted("switches", "µs")));
    for (Row row : rows(columns.values())) {
      lines.add(
          line(
              NAMES.formatted(row.part(), row.threads()),
              columns.values(),
              column -> cells(column.get(row))));
    }
    lines.add(
        line(
            NAMES.formatted("all", "involuntary switches, µs in kernel"),
            targets.values(),
            CountsTable::kernel));
    return lines;
  }

  private static <T> String line(String names, Iterable<T> columns, Function<T, String> cell) {
    StringBuilder line = new StringBuilder(names);
    columns.forEach(column -> line.append(cell.apply(column)));
    return line.toString();
  }

  private static Map<Row, Counts.PerCall> byRow(Counts counts) {
    Map<Row, Counts.PerCall> rows = new LinkedHashMap<>();
    for (Counts.PerCall group : counts.groups()) {
      if (group.voluntary() >= LEAST_SWITCHES || group.micros() >= LEAST_MICROS) {
        rows.put(new Row(group.part(), group.threads()), group);
      }
    }
    return rows;
  }

  /** All rows, in the order of the parts. */
  private static Set<Row> rows(Iterable<Map<Row, Counts.PerCall>> columns) {
    Set<Row> rows = new LinkedHashSet<>();
    for (Part part : Part.values()) {
      for (Map<Row, Counts.PerCall> column : columns) {
        column.keySet().stream().filter(row -> row.part().equals(part.title())).forEach(rows::add);
      }
    }
    return rows;
  }

  private static String cells(Counts.@Nullable PerCall group) {
    return group == null
        ? "%10s%10s".formatted("", "")
        : String.format(Locale.ROOT, "%10.1f%10.0f", group.voluntary(), group.micros());
  }

  private static String kernel(Counts counts) {
    return String.format(
        Locale.ROOT,
        "%10.1f%10.0f",
        counts.involuntary(Part.values()),
        counts.kernelMicros(Part.values()));
  }
}
