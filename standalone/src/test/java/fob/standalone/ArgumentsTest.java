package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The messages of commands about wrong arguments, before anything has started. */
class ArgumentsTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine line =
      Fob.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

  @ParameterizedTest
  @CsvSource({
    "up extra, extra",
    "up --prot 1, --prot",
    "up --port 65536, --port=65536: expected a port from 0 to 65535",
    "up --port http, --port",
    "up --port 9092, '--port, --kafka-port: expected two different ports'",
    "up --host not.a.host.invalid, --host=not.a.host.invalid: expected an address",
    "up --platform kubernetes, --platform=kubernetes: expected process or docker",
    "up --platform docker --docker-host tcp://a:2375, --docker-host=tcp://a:2375: expected unix://",
    "up --platform docker --unsafe-no-sandbox, expected only one of the two",
    "up --docker-host unix:///var/run/docker.sock, --docker-host: expected only with --platform=docker",
    "broker extra, extra",
    "broker --port 65536, --port=65536",
    "demo extra, extra"
  })
  void wrongArgumentIsNamedWithTheUsageOfItsCommand(String arguments, String told) {
    String[] args = arguments.split(" ", -1);

    assertThat(line.execute(args)).isEqualTo(2);

    assertThat(err.toString()).contains(told, "Usage: fob " + args[0]).doesNotContain("\tat ");
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"up", "demo", "broker"})
  void everyCommandHasHelpWithItsExitCodes(String command) {
    assertThat(line.execute(command, "--help")).isZero();

    assertThat(out.toString()).contains("Usage: fob " + command, "Exit codes:", "--version");
  }

  @Test
  void everyCommandHasTheVersion() {
    assertThat(line.execute("up", "--version")).isZero();

    assertThat(out.toString()).matches("fob \\d+\\.\\d+\\.\\d+.*\\R");
  }
}
