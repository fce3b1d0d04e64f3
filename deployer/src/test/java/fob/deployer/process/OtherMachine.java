package fob.deployer.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A network namespace with an address of its own, which stands for another machine. A pair of
 * interfaces connects it to the host's. A server there accepts connections and prints the caller.
 */
final class OtherMachine implements AutoCloseable {

  private static final String SERVER =
      """
      import socket
      server = socket.create_server(('0.0.0.0', 0))
      print(server.getsockname()[1], flush=True)
      while True:
          connection, peer = server.accept()
          connection.sendall(b'from ' + peer[0].encode())
          connection.close()
      """;

  /** From the range that is reserved for documentation. */
  private static final String NETWORK = "203.0.113.";

  final String hostAddress = NETWORK + "1";
  final String address = NETWORK + "2";
  final int port;
  private final Process server;

  OtherMachine() throws IOException {
    server =
        new ProcessBuilder("unshare", "--net", "/usr/bin/python3", "-c", SERVER)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      BufferedReader said = server.inputReader(StandardCharsets.UTF_8);
      port = Integer.parseInt(said.readLine());
      String pid = Long.toString(server.pid());
      run(
          "ip",
          "link",
          "add",
          "fobtest0",
          "type",
          "veth",
          "peer",
          "name",
          "fobtest1",
          "netns",
          pid);
      run("ip", "address", "add", hostAddress + "/30", "dev", "fobtest0");
      run("ip", "link", "set", "fobtest0", "up");
      run(inside(pid, "ip", "address", "add", address + "/30", "dev", "fobtest1"));
      run(inside(pid, "ip", "link", "set", "fobtest1", "up"));
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Runs a Python program there, which prints one line. */
  String python(String program) throws IOException {
    return run(inside(Long.toString(server.pid()), "/usr/bin/python3", "-c", program)).strip();
  }

  private static String[] inside(String pid, String... command) {
    List<String> all = new java.util.ArrayList<>(List.of("nsenter", "--net", "--target", pid));
    all.addAll(List.of(command));
    return all.toArray(String[]::new);
  }

  private static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return said;
  }

  /** Deletes the namespace with its interfaces. */
  @Override
  public void close() {
    try {
      server.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
