package fob.standalone;

import fob.service.LogFormat;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Checks the values of a command's options. For a wrong value picocli prints the message and the
 * command's usage, and the exit code is 2.
 */
record Arguments(CommandLine command) {

  private static final int MAX_PORT = 65_535;

  void requirePort(String name, int port) {
    require(
        port >= 0 && port <= MAX_PORT,
        "%s=%d: expected a port from 0 to %d".formatted(name, port, MAX_PORT));
  }

  void requireHost(String name, String host) {
    try {
      require(!host.isBlank(), name + ": expected an address of this machine");
      var _ = InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new ParameterException(
          command,
          "%s=%s: expected an address of this machine, such as 127.0.0.1".formatted(name, host));
    }
  }

  Path folder(String name, Path path) {
    require(!path.toString().isBlank(), name + ": expected a folder");
    return path.toAbsolutePath().normalize();
  }

  void require(boolean right, String otherwise) {
    if (!right) {
      throw new ParameterException(command, otherwise);
    }
  }

  /** Returns the format of log lines with this name. */
  LogFormat logFormat(String option, String name) {
    Optional<LogFormat> format = LogFormat.of(name);
    require(format.isPresent(), "%s=%s: expected %s".formatted(option, name, LogFormat.expected()));
    return format.orElseThrow();
  }
}
