package fob.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fob.cli.Cli;
import fob.cli.Surroundings;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Runs commands of the command line. Thread-safe, as long as the environment stays as it is.
 *
 * @param environment the environment variables of the commands
 * @param folder their current folder, and the user's home folder
 */
record CliClient(Map<String, String> environment, Path folder) {

  CliClient(URI url, Path folder) {
    this(new HashMap<>(Map.of("FOB_URL", url.toString())), folder);
  }

  /** A command that has ended. */
  record Run(int code, StringWriter out, StringWriter err) {
    String text() {
      return out.toString().strip();
    }
  }

  Run run(String... args) {
    return runWith("", args);
  }

  /**
   * Runs a command.
   *
   * @param input its standard input
   */
  Run runWith(String input, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    return new Run(execute(input, out, err, args), out, err);
  }

  /** Runs a command whose output can be read before it ends. */
  int execute(String input, StringWriter out, StringWriter err, String... args) {
    Surroundings surroundings =
        new Surroundings(
            environment, folder, folder, new ByteArrayInputStream(input.getBytes(UTF_8)), false);
    return Cli.run(surroundings, new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  /** Runs a command that must succeed, and returns what it printed. */
  String right(String... args) {
    Run run = run(args);
    assertThat(run.code()).as("%s%s", run.out(), run.err()).isZero();
    return run.text();
  }
}
