package fob.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;

/** Runs one command of the command line, and ends. */
public final class Main {

  private Main() {}

  static void main(String[] args) {
    Surroundings surroundings =
        new Surroundings(
            System.getenv(),
            Path.of("").toAbsolutePath(),
            Path.of(System.getProperty("user.home")),
            System.in,
            Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent());
    PrintWriter out = new PrintWriter(System.out, false, System.out.charset());
    PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
    int exitCode = Cli.run(surroundings, out, err, args);
    out.flush();
    System.exit(exitCode);
  }
}
