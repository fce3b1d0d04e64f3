package fob.bench;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * What one client's calls cost, in relation to the bare bus of the same run. A later run may cost
 * more, within bounds so wide that only a gross regression exceeds them.
 *
 * @param switches voluntary thread switches a call, less those of the bare bus
 * @param processorTime processor time a call, as a multiple of that of the bare bus
 */
record Guard(double switches, double processorTime) {

  private static final double MOST_SWITCHES = 1.3;
  private static final double MOST_PROCESSOR_TIME = 1.5;

  private static final String SWITCHES = "switches";
  private static final String PROCESSOR_TIME = "processor-time";

  /**
   * Returns what a run measured.
   *
   * @throws IllegalArgumentException if one of the two ratios is missing
   */
  static Guard of(List<Ratio> ratios) {
    return new Guard(value(ratios, Ratio.SWITCHES), value(ratios, Ratio.PROCESSOR_TIME));
  }

  private static double value(List<Ratio> ratios, String what) {
    return ratios.stream()
        .filter(ratio -> ratio.what().equals(what))
        .mapToDouble(Ratio::value)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("not measured: " + what));
  }

  /**
   * Reads what was recorded.
   *
   * @throws IOException if that cannot be read; the message is for the user
   */
  static Guard read(Path file) throws IOException {
    Properties recorded = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      recorded.load(reader);
      return new Guard(number(recorded, SWITCHES), number(recorded, PROCESSOR_TIME));
    } catch (NoSuchFileException | NumberFormatException e) {
      throw new IOException(
          "%s must have the numbers %s and %s; ./fob bench --record writes it"
              .formatted(file, SWITCHES, PROCESSOR_TIME),
          e);
    }
  }

  private static double number(Properties recorded, String name) {
    return Double.parseDouble(recorded.getProperty(name, "missing"));
  }

  void write(Path file) throws IOException {
    Files.writeString(
        file,
        String.format(
            Locale.ROOT,
            """
            # What a call of one client costs in ./fob bench --guard. ./fob bench --record measures that again and writes this file.
            # Voluntary thread switches a call of fob and its broker, less those of the bare bus. At most 1.3 times as many pass.
            switches=%.1f
            # Processor time a call, as a multiple of that of the bare bus. At most 1.5 times as much passes.
            processor-time=%.2f
            """,
            switches,
            processorTime));
  }

  /** Returns what of a run is grossly worse than this; empty if nothing is. */
  List<String> problems(Guard measured) {
    return Stream.of(
            problem(Ratio.SWITCHES, measured.switches, switches, MOST_SWITCHES),
            problem(
                Ratio.PROCESSOR_TIME, measured.processorTime, processorTime, MOST_PROCESSOR_TIME))
        .filter(problem -> !problem.isEmpty())
        .toList();
  }

  private static String problem(String what, double measured, double recorded, double most) {
    return measured <= most * recorded
        ? ""
        : String.format(
            Locale.ROOT,
            "%s is %.2f, which is more than %.1f times the recorded %.2f",
            what,
            measured,
            most,
            recorded);
  }
}
