package fob.deployer.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fob.deployer.process.Calls;
import fob.function.FunctionId;
import fob.function.Instance;
import fob.function.Limits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DockerIsolationTest {

  private static final String CONNECT =
      """
      import socket
      try:
          socket.create_connection(('%s', %d), 2).close()
          return 'connected'
      except OSError as e:
          return str(e)
      """;

  private DockerTestPlatform tested;

  @BeforeAll
  void start(@TempDir Path logs) throws IOException {
    tested = new DockerTestPlatform(logs);
  }

  @AfterAll
  void stop() throws IOException {
    if (tested != null) {
      tested.close();
    }
  }

  @Test
  void withoutNetworkThereIsNothingToConnectTo() throws IOException {
    try (ServerSocket host = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      // When
      String loopback =
          tested.runInside(CONNECT.formatted("127.0.0.1", host.getLocalPort())).asText();
      String bridge = tested.runInside(CONNECT.formatted("172.17.0.1", 22)).asText();

      // Then
      assertThat(loopback).contains("refused");
      assertThat(bridge).contains("unreachable");
    }
  }

  @Test
  void withNetworkItHasAnAddressOfItsOwn() throws IOException {
    // When
    JsonNode interfaces =
        tested.runInside(
            "import socket\nreturn [name for _, name in socket.if_nameindex()]",
            new Limits(Duration.ofSeconds(10), 2, 64, 1, true));

    // Then
    assertThat(texts(interfaces)).contains("eth0");
  }

  @Test
  void writesNowhereButToTemporaryFiles() throws IOException {
    // When
    JsonNode writable =
        tested.runInside(
            """
            import os
            able = []
            for d in ['/', '/usr', '/usr/bin', '/etc', '/fob', '/fob/code', '/fob/driver', '/fob/run',
                      '/dev', '/dev/shm', '/proc', '/proc/sys/kernel', '/tmp', '/var/tmp', '/run', '/sys']:
                try:
                    open(d + '/x', 'w').close()
                    able.append(d)
                except OSError:
                    pass
            for f in ['/fob/code/function', '/fob/driver/driver.py', '/etc/passwd', '/etc/hosts', '/usr/bin/env',
                      '/proc/sys/kernel/core_pattern']:
                try:
                    open(f, 'a').close()
                    able.append(f)
                except OSError:
                    pass
            return able
            """);

    // Then
    assertThat(texts(writable)).containsExactly("/dev/shm", "/tmp");
  }

  @Test
  void temporaryFilesAreBounded() throws IOException {
    // When
    JsonNode written =
        tested.runInside(
            """
            import errno
            def fill(directory):
                n = 0
                for i in range(100):
                    try:
                        with open(f'{directory}/{i}', 'wb', buffering=0) as f:
                            for _ in range(16):
                                n += f.write(bytes(1 << 20))
                    except OSError as e:
                        return [n >> 20, errno.errorcode[e.errno]]
            tmp = fill('/tmp')
            __import__('shutil').rmtree('/tmp', ignore_errors=True)
            return [tmp, fill('/dev/shm')]
            """);

    // Then; the driver has put the function's source there
    assertThat(written.toString()).isEqualTo("[[63,\"ENOSPC\"],[64,\"ENOSPC\"]]");
  }

  @Test
  void hasNoRightsAndGainsNone() throws IOException {
    // When
    JsonNode rights =
        tested.runInside(
            """
            import ctypes, os, subprocess
            libc = ctypes.CDLL(None, use_errno=True)
            status = dict(l.split(':', 1) for l in open('/proc/self/status').read().splitlines())
            return {
              'caps': [status[c].strip() for c in ('CapPrm', 'CapEff', 'CapBnd', 'CapAmb', 'CapInh')],
              'nnp': status['NoNewPrivs'].strip(), 'seccomp': status['Seccomp'].strip(),
              'su': subprocess.run(['su', '-c', 'id -u'], capture_output=True,
                                   stdin=subprocess.DEVNULL).returncode,
              'userns': libc.unshare(0x10000000), 'netns': libc.unshare(0x40000000),
              'mount': libc.mount(b'none', b'/tmp', b'tmpfs', 0, None), 'uid': os.getuid(),
              'setuid': libc.setuid(0)}
            """);

    // Then
    assertThat(texts(rights.path("caps"))).containsOnly("0000000000000000");
    assertThat(rights.path("nnp").asText()).isEqualTo("1");
    assertThat(rights.path("seccomp").asText()).isEqualTo("2");
    assertThat(rights.path("su").asInt()).isNotZero();
    for (String call : List.of("userns", "netns", "mount", "setuid")) {
      assertThat(rights.path(call).asInt()).as(call).isEqualTo(-1);
    }
    assertThat(rights.path("uid").asInt()).isEqualTo(65534);
  }

  @Test
  void systemCallsThatNoProgramNeedsAreRefused() throws IOException {
    // Given
    Instance caller = tested.awaitReady(tested.deploy(Calls.PROGRAM));
    List<String> never = Calls.refusedByName();
    Calls calls = new Calls();
    never.forEach(name -> calls.add(name, Calls.number(name), 0, 0, 0, 0, 0));
    List<Integer> flags = List.of(17, 25, 26, 27, 28, 29, 30);
    flags.forEach(
        bit -> calls.add("clone " + bit, Calls.number("clone"), 1L << bit | 17, 0, 0, 0, 0));
    for (long family : new long[] {0, 3, 16, 17, 38, 40, 44}) {
      calls.add("socket " + family, Calls.number("socket"), family, 2, 0);
    }
    for (long request : new long[] {0x5412, 0x541C, 0x1_0000_5412L}) {
      calls.add("ioctl " + request, Calls.number("ioctl"), 0, request, 0);
    }
    calls.add("personality", Calls.number("personality"), 8);
    calls.add("open_tree_attr", 467, 0, 0, 0); // newer than any list

    // When
    JsonNode outcomes = calls.makeIn(tested, caller);

    // Then
    assertThat(never).contains("ptrace", "keyctl", "mount", "unshare", "setns", "io_uring_setup");
    assertThat(outcomes.size()).isEqualTo(never.size() + flags.size() + 12);
    outcomes
        .propertyStream()
        .forEach(
            each -> assertThat(each.getValue().asText()).as(each.getKey()).isIn("EPERM", "ENOSYS"));
  }

  @Test
  void systemCallsOfUsualProgramsAreNot() throws IOException {
    // Given
    Instance caller = tested.awaitReady(tested.deploy(Calls.PROGRAM));
    Calls calls = new Calls();
    calls.add("fork", Calls.number("clone"), 17, 0, 0, 0, 0);
    for (long family : new long[] {1, 2, 10}) {
      calls.add("socket " + family, Calls.number("socket"), family, 2, 0);
    }
    for (long request : new long[] {0, 0x5401, 0x5413, 0x541B, 0x541D, 0x8912}) {
      calls.add("ioctl " + request, Calls.number("ioctl"), -1, request, 0);
    }
    calls.add("personality", Calls.number("personality"), 0xffffffffL);

    // Then
    assertThat(calls.makeIn(tested, caller).toString()).doesNotContain("EPERM", "ENOSYS");
    String code = Files.readString(Path.of("src/test/resources/ordinary.py"));
    Limits roomy = new Limits(Duration.ofSeconds(30), 2, 256, 1, false);
    assertThat(tested.call(tested.awaitReady(tested.deploy("python", code, roomy)), "{}"))
        .allSatisfy(
            outcome -> assertThat(outcome.path(1).asText()).as(outcome.toString()).isEqualTo("ok"));
  }

  @Test
  void seesNothingOfTheHostNorOfOtherFunctions() throws IOException {
    // Given
    Instance other = tested.awaitReady(tested.deploy("SECRET = 1\ndef callme(): pass\n"));

    // When
    JsonNode seen =
        tested.runInside(
            """
            import os
            pids = [p for p in os.listdir('/proc') if p.isdigit()]
            return {
              'fob': sorted(os.listdir('/fob')), 'code': os.listdir('/fob/code'),
              'exists': [p for p in ['%s', '%s', '/var/run/docker.sock'] if os.path.exists(p)],
              'commands': [open('/proc/' + p + '/comm').read().strip() for p in pids],
              'env': sorted(os.environ), 'tmp': os.listdir('/tmp'), 'host': os.uname().nodename}
            """
                .formatted(
                    tested.config.local().runtimeParent(),
                    other.address().getSchemeSpecificPart()));

    // Then
    assertThat(texts(seen.path("fob"))).containsExactly("code", "driver", "run");
    assertThat(texts(seen.path("code"))).containsExactly("function");
    assertThat(texts(seen.path("exists"))).isEmpty();
    assertThat(texts(seen.path("commands"))).containsExactlyInAnyOrder("docker-init", "python3");
    assertThat(texts(seen.path("env")))
        .contains("PATH", "HOME")
        .allMatch(name -> name.matches("FOB_.*|PATH|HOME|HOSTNAME|LANG|TMPDIR|PWD|LC_CTYPE"));
    assertThat(texts(seen.path("tmp"))).allMatch(name -> name.startsWith("fob-function-"));
    assertThat(seen.path("host").asText()).isEqualTo("fob");
  }

  @Test
  void socketAndItsDirectoryAreOutOfTheFunctionsReach() throws IOException {
    // When
    FunctionId id =
        tested.deploy(
            """
            import os
            def callme():
                try:
                    os.symlink('/run/other.sock', '/fob/run/http.sock')
                except OSError as e:
                    return [os.listdir('/fob/run'), type(e).__name__]
            """);
    Instance instance = tested.awaitReady(id);

    // Then
    assertThat(tested.call(instance, "{}").toString()).isEqualTo("[[],\"FileNotFoundError\"]");
    assertThat(tested.files(instance).resolve("run")).doesNotExist();
  }

  @Test
  void forkBombIsContainedAndDoesNotHarmOthers() throws IOException {
    // Given
    Instance other = tested.awaitReady(tested.deploy("def callme():\n    return 1\n"));
    Instance bomb =
        tested.awaitReady(
            tested.deploy(
                """
                import os, time
                def callme():
                    n = 0
                    try:
                        while n < 5000:
                            if os.fork() == 0:
                                time.sleep(20)
                                os._exit(0)
                            n += 1
                    except BlockingIOError:
                        pass
                    return n
                """,
                new Limits(Duration.ofSeconds(10), 2, 256, 1, false)));

    // When
    int forked = tested.call(bomb, "{}").asInt();

    // Then
    assertThat(forked).isBetween(10, 70);
    assertThat(tested.call(other, "{}").asInt()).isEqualTo(1);
  }

  @Test
  void functionMayStartAThreadForEachCallBesideThoseOfTheDriver() throws IOException {
    // When
    JsonNode done =
        tested.runInside(
            """
            import threading
            done = []
            gate = threading.Barrier(65)
            def work():
                gate.wait()
                done.append(1)
            threads = [threading.Thread(target=work) for _ in range(64)]
            for t in threads: t.start()
            gate.wait()
            for t in threads: t.join()
            return len(done)
            """,
            new Limits(Duration.ofSeconds(10), 64, 128, 1, false));

    // Then
    assertThat(done.asInt()).isEqualTo(64);
  }

  private static List<String> texts(JsonNode array) {
    return array.valueStream().map(JsonNode::asText).toList();
  }
}
