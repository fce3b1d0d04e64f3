package fob.deployer.process;

import fob.service.Threads;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A network namespace for each sandbox that may use the network. A helper process, slirp4netns,
 * takes the packets that leave it and makes connections of its own from them. So the sandbox
 * reaches what the host reaches, and nothing can connect to it. Rules in the namespace, which the
 * sandbox has no right to change, refuse the host's own addresses. Thread-safe.
 *
 * @param root whether fob may make a network namespace without a user namespace around it
 */
record OwnNetwork(boolean root, Spawner spawner) {

  /** From the range that is reserved for measurements, so other networks seldom use it. */
  private static final String NETWORK = "198.18.113.0/24";

  private static final String RESOLVER = "198.18.113.3";

  /**
   * A program may bind a socket to the interface, and the kernel then sends even a loopback address
   * there, which the helper would reach on the host. Rules hold for such sockets too.
   */
  private static final List<String> RULES =
      List.of(
          "rule add pref 10 to " + RESOLVER + " ipproto udp dport 53 lookup main",
          "rule add pref 11 to " + RESOLVER + " ipproto tcp dport 53 lookup main",
          "rule add pref 12 to " + NETWORK + " unreachable",
          "rule add pref 13 to 127.0.0.0/8 unreachable",
          "rule add pref 14 to 224.0.0.0/3 unreachable");

  private static final String REFUSE = "rule add pref 15 to %s unreachable";

  /**
   * Waits for a line, which says that the helper is ready, or for fob's end. The rules come last:
   * they would refuse the helper's route.
   */
  private static final String ENTER =
      "read -r go && printf '%s\\n' \"$0\" | ip -batch - && exec \"$@\"";

  private static final Path PROC = Path.of("/proc");
  private static final Duration LONGEST_START = Duration.ofSeconds(10);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(1);

  /** Returns the sandboxes' {@code /etc/resolv.conf}: the host's, with another server. */
  static String resolverConfiguration(List<String> host) {
    return Stream.concat(
            Stream.of("nameserver " + RESOLVER),
            host.stream().filter(line -> line.matches("(search|domain|options)\\s.*")))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /** Returns arguments that run a command in a network namespace once {@link #connect} is done. */
  List<String> enter() throws IOException {
    List<String> command = new ArrayList<>(List.of("unshare", "--net"));
    if (!root) {
      command.addAll(List.of("--user", "--map-root-user"));
    }
    command.addAll(List.of("--", "sh", "-c", ENTER, rules()));
    return command;
  }

  private static String rules() throws IOException {
    return Stream.concat(
            RULES.stream(),
            NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(Inet4Address.class::isInstance)
                .map(InetAddress::getHostAddress)
                .distinct()
                .map(REFUSE::formatted))
        .collect(Collectors.joining("\n"));
  }

  /**
   * Connects the namespace of a process, and lets the process go on.
   *
   * @param process a process that was started with {@link #enter()}
   * @throws IOException if that is not possible; the helper has ended then
   */
  NetworkHelper connect(Process process) throws IOException {
    awaitNamespace(process);
    NetworkHelper helper = NetworkHelper.start(spawner, command(process.pid()));
    try {
      OutputStream go = process.getOutputStream(); // what the command reads follows the line
      go.write('\n');
      go.flush();
      return helper;
    } catch (IOException e) {
      helper.close();
      throw e;
    }
  }

  private static void awaitNamespace(Process process) throws IOException {
    Path ours = Files.readSymbolicLink(PROC.resolve("self/ns/net"));
    Path link = PROC.resolve(process.pid() + "/ns/net");
    long deadline = System.nanoTime() + LONGEST_START.toNanos();
    while (Files.readSymbolicLink(link).equals(ours)) {
      if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
        throw new IOException("no network namespace within " + LONGEST_START.toSeconds() + " s");
      }
      Threads.pause(BETWEEN_LOOKS);
    }
  }

  private List<String> command(long pid) {
    List<String> command = new ArrayList<>();
    if (root) {
      // It would detach its copy of the host's mounts, and those that are shared on the host, too.
      command.addAll(List.of("unshare", "--mount", "--propagation=private", "--"));
    }
    command.addAll(List.of("slirp4netns", "--configure"));
    command.addAll(List.of("--cidr=" + NETWORK, "--disable-host-loopback"));
    command.addAll(List.of("--enable-sandbox", "--enable-seccomp"));
    command.add("--exit-fd=" + NetworkHelper.EXIT);
    command.add("--ready-fd=" + NetworkHelper.READY);
    command.addAll(
        root
            ? List.of("--netns-type=path", "/proc/" + pid + "/ns/net")
            : List.of(Long.toString(pid)));
    command.add("tap0");
    return command;
  }
}
