package fob.deployer.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import fob.function.FunctionId;
import fob.function.Instance;
import fob.function.Limits;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a function with {@code network=true} reaches, and what reaches it, by real functions. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OwnNetworkTest {

  private static final Limits WITH_NETWORK = new Limits(Duration.ofSeconds(10), 2, 64, 1, true);

  private OtherMachine other;
  private ProcessTestPlatform tested;

  @BeforeAll
  void start(@TempDir Path logs) throws IOException {
    assumeThat(HostUser.mayBecomeAnother(Path.of("/proc/self"))).isTrue();
    other = new OtherMachine(); // before the functions, which are told the host's addresses
    tested = new ProcessTestPlatform(logs);
  }

  @AfterAll
  void stop() {
    if (tested != null) {
      tested.close();
    }
    if (other != null) {
      other.close();
    }
  }

  @Test
  void reachesAnotherMachineWhichSeesTheHost() throws IOException {
    // When
    JsonNode heard =
        tested.runInside(
            """
            import socket
            s = socket.create_connection(('%s', %d), 5)
            return s.recv(100).decode()
            """
                .formatted(other.address, other.port),
            WITH_NETWORK);

    // Then
    assertThat(heard.asText()).isEqualTo("from " + other.hostAddress);
    assertThat(tested.platform.isolation()).contains("network=true: a network of its own");
  }

  @Test
  void asksTheHostsResolverForNames() throws IOException {
    // When
    JsonNode answer =
        tested.runInside(
            """
            import socket
            lines = open('/etc/resolv.conf').read().splitlines()
            server = [l.split()[1] for l in lines if l.startswith('nameserver')][0]
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.settimeout(8)
            s.sendto(b'\\x12\\x34\\x01\\x00\\x00\\x01\\x00\\x00\\x00\\x00\\x00\\x00'
                     b'\\x07example\\x03com\\x00\\x00\\x01\\x00\\x01', (server, 53))
            return s.recv(600)[:3].hex()
            """,
            WITH_NETWORK);

    // Then
    assertThat(answer.asText()).matches("12348[0-9a-f]"); // the same question, answered
  }

  @Test
  void reachesNoServiceOfTheHostByAnyOfItsAddresses() throws IOException {
    // Given
    try (ServerSocket host = new ServerSocket(0, 50, InetAddress.getByName("0.0.0.0"))) {
      host.setSoTimeout(500);
      List<String> addresses = hostAddresses();
      addresses.addAll(List.of("127.0.0.2", "198.18.113.1", "198.18.113.2", "198.18.113.3"));
      addresses.addAll(List.of("::1", "::ffff:127.0.0.1", "0.0.0.0"));
      assertThat(addresses).contains("127.0.0.1", other.hostAddress);

      // When
      JsonNode connected =
          tested.runInside(
              """
              import socket
              found = []
              for address in '%s'.split():
                  for device in [None, b'tap0']:
                      s = socket.socket(socket.AF_INET6 if ':' in address else socket.AF_INET)
                      s.settimeout(0.2)
                      if device:
                          s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device)
                      try:
                          s.connect((address, %d))
                          found.append(address)
                      except OSError:
                          pass
              return found
              """
                  .formatted(String.join(" ", addresses), host.getLocalPort()),
              WITH_NETWORK);

      // Then
      assertThat(connected).isEmpty();
      assertThatThrownBy(host::accept).hasMessageContaining("timed out");
    }
  }

  @Test
  void datagramsSentToTheInterfaceDoNotReachTheHostEither() throws IOException {
    // Given
    try (var host = new java.net.DatagramSocket(0, InetAddress.getByName("0.0.0.0"))) {
      host.setSoTimeout(500);

      // When
      tested.runInside(
          """
          import socket, struct
          s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
          to = struct.pack('iII', socket.if_nametoindex('tap0'), 0, 0)
          for address in '%s 198.18.113.2 198.18.113.3'.split():
              try:
                  s.sendmsg([b'x'], [(0, 8, to)], 0, (address, %d))
              except OSError:
                  pass
          """
              .formatted(String.join(" ", hostAddresses()), host.getLocalPort()),
          WITH_NETWORK);

      // Then
      assertThatThrownBy(() -> host.receive(new java.net.DatagramPacket(new byte[9], 9)))
          .hasMessageContaining("timed out");
    }
  }

  private static List<String> hostAddresses() throws IOException {
    return new ArrayList<>(
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(Inet4Address.class::isInstance)
            .map(InetAddress::getHostAddress)
            .toList());
  }

  @Test
  void reachesNoAbstractSocketOfTheHost() throws IOException {
    // Given
    String name = "fob-test-" + ProcessHandle.current().pid();
    Process server =
        new ProcessBuilder(
                "/usr/bin/python3",
                "-c",
                "import socket; s = socket.socket(socket.AF_UNIX); s.bind('\\0%s'); s.listen();"
                        .formatted(name)
                    + " print('up', flush=True); s.accept()")
            .start();
    try {
      assertThat(server.inputReader().readLine()).isEqualTo("up");

      // When
      JsonNode said =
          tested.runInside(
              """
              import socket
              try:
                  socket.socket(socket.AF_UNIX).connect('\\0%s')
                  return 'connected'
              except OSError as e:
                  return str(e)
              """
                  .formatted(name),
              WITH_NETWORK);

      // Then
      assertThat(said.asText()).contains("refused");
    } finally {
      server.destroyForcibly();
    }
  }

  @Test
  void nothingOutsideConnectsToWhatItListensOn() throws IOException {
    // Given
    FunctionId id =
        tested.deploy(
            """
            import socket
            server = socket.create_server(('0.0.0.0', 0))
            def callme(): return server.getsockname()[1]
            """,
            WITH_NETWORK);
    int port = tested.call(tested.awaitReady(id), "{}").asInt();

    // When
    String there =
        other.python(
            "import socket; print(socket.socket().connect_ex(('%s', %d)))"
                .formatted(other.hostAddress, port));

    // Then
    assertThat(there).isEqualTo("111"); // ECONNREFUSED
    assertThatThrownBy(() -> new java.net.Socket(InetAddress.getLoopbackAddress(), port).close())
        .hasMessageContaining("refused");
  }

  @Test
  void changesNothingOfItsNetwork() throws IOException {
    // When
    JsonNode said =
        tested.runInside(
            """
            import subprocess
            tries = ['ip rule del pref 13', 'ip link set tap0 down', 'ip rule flush',
                     'ip route add 127.0.0.0/8 dev tap0']
            return [subprocess.run(t.split(), capture_output=True).returncode for t in tries]
            """,
            WITH_NETWORK);

    // Then
    assertThat(said).hasSize(4).allMatch(code -> code.asInt() != 0);
  }

  /** A Docker engine keeps the file systems of its containers in such a place. */
  @Test
  void detachesNoSharedMountOfTheHost(@TempDir Path folder) throws Exception {
    // Given
    assumeThat(Files.getOwner(Path.of("/proc/self")).getName()).isEqualTo("root");
    Path outer = folder.toRealPath();
    Path inner = outer.resolve("inner");
    mount("mount -t tmpfs none " + outer);
    try {
      mount("mount --make-shared " + outer);
      Files.createDirectory(inner);
      mount("mount -t tmpfs none " + inner);

      // When
      tested.runInside("return 1", WITH_NETWORK);

      // Then
      assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).contains(" " + inner + " ");
    } finally {
      mount("umount --recursive " + outer);
    }
  }

  private static void mount(String command) throws Exception {
    Process process = new ProcessBuilder(command.split(" ")).inheritIO().start();
    assertThat(process.waitFor()).as(command).isZero();
  }

  @Test
  void helperHasNoRightsAndEndsWithItsInstance() throws IOException {
    // Given
    FunctionId id = tested.deploy("import os\ndef callme(): os._exit(3)\n", WITH_NETWORK);
    Instance first = tested.awaitReady(id);
    List<Long> before = Helpers.all();
    for (long helper : before) {
      assertThat(Helpers.status(helper))
          .contains("CapEff:\t0000000000000400", "NoNewPrivs:\t1", "Seccomp:\t2");
    }

    // When
    assertThatThrownBy(() -> tested.call(first, "{}")).isInstanceOf(IOException.class);
    tested.awaitReplaced(id, first);

    // Then
    await().untilAsserted(() -> assertThat(Helpers.all()).hasSameSizeAs(before));
    List<Long> second = Helpers.all();
    tested.platform.remove(id);
    await()
        .untilAsserted(
            () -> assertThat(Helpers.all()).hasSize(second.size() - 1).isSubsetOf(second));
  }

  @Test
  void instanceWhoseHelperEndsIsReplacedAndItsLogTellsWhy(@TempDir Path logs) throws IOException {
    // Given
    List<Long> others = Helpers.all();
    try (ProcessTestPlatform own = new ProcessTestPlatform(logs)) {
      FunctionId id = own.deploy("def callme(): pass\n", WITH_NETWORK);
      Instance first = own.awaitReady(id);
      List<Long> helper = new ArrayList<>(Helpers.all());
      helper.removeAll(others);
      assertThat(helper).hasSize(1);

      // When
      ProcessHandle.of(helper.getFirst()).orElseThrow().destroyForcibly();

      // Then
      own.awaitReplaced(id, first);
      assertThat(own.log(id)).contains("fob: the helper of its network has ended");
    }
    await().untilAsserted(() -> assertThat(Helpers.all()).isSubsetOf(others));
  }

  @Test
  void hostsNetworkIsToldInMetaAndInTheFunctionsLog(@TempDir Path logs) throws IOException {
    // Given
    Path parent = Files.createTempDirectory("fobtest");
    ProcessConfig config =
        new ProcessConfig(parent, logs, false, 2, Duration.ofSeconds(30), FunctionNetwork.HOST);
    try (ProcessTestPlatform shared = new ProcessTestPlatform(config);
        ServerSocket host = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      // When
      FunctionId id =
          shared.deploy(
              "import socket\ndef callme():\n    socket.create_connection(('127.0.0.1', %d), 2)\n"
                  .formatted(host.getLocalPort()),
              WITH_NETWORK);
      shared.call(shared.awaitReady(id), "{}");

      // Then
      assertThat(shared.platform.isolation()).contains("network=true: the host's own network");
      assertThat(shared.log(id)).contains("fob: it has the host's own network");
    }
  }
}
