package fob.deployer.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import fob.deployer.local.UnixHttp;
import fob.function.FunctionId;
import fob.function.FunctionStatus;
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

/** What a function can do, tried from within by real functions. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SandboxedFunctionTest {

  private static final Limits SMALL = new Limits(Duration.ofSeconds(10), 2, 64, 1, false);
  private static final String CONNECT =
      """
      import socket
      try:
          socket.create_connection(('%s', %d), 2).close()
          return 'connected'
      except OSError as e:
          return str(e)
      """;

  private ProcessTestPlatform tested;

  @BeforeAll
  void start(@TempDir Path logs) throws IOException {
    tested = new ProcessTestPlatform(logs);
  }

  @AfterAll
  void stop() {
    tested.close();
  }

  @Test
  void localhostIsTheSandboxItself() throws IOException {
    JsonNode reached =
        tested.runInside(
            """
            import socket
            with socket.create_server(("localhost", 0)) as server:
                with socket.create_connection(("localhost", server.getsockname()[1])):
                    return socket.gethostbyname("localhost")
            """);

    assertThat(reached.asText()).isEqualTo("127.0.0.1");
  }

  @Test
  void withoutNetworkThereIsNothingToConnectTo() throws IOException {
    try (ServerSocket host = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      // When
      String loopback =
          tested.runInside(CONNECT.formatted("127.0.0.1", host.getLocalPort())).asText();
      String metadata = tested.runInside(CONNECT.formatted("169.254.169.254", 80)).asText();

      // Then
      assertThat(loopback).contains("refused");
      assertThat(metadata).contains("unreachable");
    }
  }

  @Test
  void seesNothingOfTheHostNorOfOtherFunctions() throws IOException {
    // Given
    tested.awaitReady(tested.deploy("SECRET = 1\ndef callme(): pass\n"));

    // When
    JsonNode seen =
        tested.runInside(
            """
            import os
            pids = [p for p in os.listdir('/proc') if p.isdigit() and p != '1']
            return {
              'root': sorted(os.listdir('/')), 'etc': sorted(os.listdir('/etc')),
              'fob': sorted(os.listdir('/fob')), 'code': os.listdir('/fob/code'),
              'exists': [p for p in ['/etc/shadow', '/home', '/root', '/var', '/run', '/sys', '/opt',
                                     '%s'] if os.path.exists(p)],
              'commands': [open('/proc/' + p + '/comm').read().strip() for p in pids],
              'env': sorted(os.environ), 'one': os.listdir('/proc/1'),
              'tmp': os.listdir('/tmp'), 'user': __import__('pwd').getpwuid(os.getuid()).pw_name,
              'host': os.uname().nodename}
            """
                .formatted(tested.runtimeParent));

    // Then
    assertThat(texts(seen.path("root")))
        .isSubsetOf(
            "bin", "dev", "etc", "fob", "lib", "lib32", "lib64", "libx32", "proc", "sbin", "tmp",
            "usr");
    assertThat(texts(seen.path("etc"))).contains("passwd").doesNotContain("shadow", "resolv.conf");
    assertThat(texts(seen.path("fob"))).containsExactly("code", "driver", "run");
    assertThat(texts(seen.path("code"))).isSubsetOf("function"); // empty in a warm sandbox
    assertThat(texts(seen.path("exists"))).isEmpty();
    assertThat(texts(seen.path("commands"))).containsExactly("python3");
    assertThat(texts(seen.path("env")))
        .contains("PATH", "HOME")
        .allMatch(name -> name.matches("FOB_.*|PATH|HOME|LANG|TMPDIR|PWD|LC_CTYPE"));
    assertThat(texts(seen.path("one"))).isEmpty();
    assertThat(texts(seen.path("tmp"))).allMatch(name -> name.startsWith("fob-function-"));
    assertThat(seen.path("user").asText()).isEqualTo("fob");
    assertThat(seen.path("host").asText()).isEqualTo("fob");
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
                      '/dev', '/dev/shm', '/dev/pts', '/proc', '/proc/sys/kernel', '/tmp']:
                try:
                    open(d + '/x', 'w').close()
                    able.append(d)
                except OSError:
                    pass
            for f in ['/fob/code/function', '/fob/driver/driver.py', '/etc/passwd', '/usr/bin/env',
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
              'nnp': status['NoNewPrivs'].strip(),
              'su': subprocess.run(['su', '-c', 'id -u'], capture_output=True,
                                   stdin=subprocess.DEVNULL).returncode,
              'userns': libc.unshare(0x10000000), 'netns': libc.unshare(0x40000000),
              'mount': libc.mount(b'none', b'/tmp', b'tmpfs', 0, None), 'uid': os.getuid(),
              'setuid': libc.setuid(0)}
            """);

    // Then
    assertThat(texts(rights.path("caps"))).containsOnly("0000000000000000");
    assertThat(rights.path("nnp").asText()).isEqualTo("1");
    assertThat(rights.path("su").asInt()).isNotZero();
    for (String call : List.of("userns", "netns", "mount", "setuid")) {
      assertThat(rights.path(call).asInt()).as(call).isEqualTo(-1);
    }
    assertThat(rights.path("uid").asInt()).isEqualTo(1000);
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
  void forkBombIsContainedAndDoesNotHarmOthers() throws IOException {
    // Given
    Instance other = tested.awaitReady(tested.deploy("def callme():\n    return 1\n", SMALL));
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
    Instance another =
        tested.awaitReady(
            tested.deploy(
                "import subprocess\ndef callme():\n    return subprocess.call(['true'])\n", SMALL));
    assertThat(tested.call(another, "{}").asInt()).isZero();
  }

  @Test
  void leakedThreadsLeavePlainCallsWorking() throws IOException {
    // Given a function that has started as many threads as its sandbox may have
    Instance leaky =
        tested.awaitReady(
            tested.deploy(
                """
                import threading, time
                def callme(leak=False):
                    while leak:
                        try:
                            threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
                        except RuntimeError as e:
                            return str(e)
                    return 'plain'
                """,
                new Limits(Duration.ofSeconds(10), 2, 256, 1, false)));
    assertThat(tested.call(leaky, "{\"leak\":true}").asText()).contains("can't start new thread");

    // When, Then; each call has a connection of its own
    for (int i = 0; i < 10; i++) {
      assertThat(tested.call(leaky, "{}").asText()).isEqualTo("plain");
    }
  }

  @Test
  void memoryHogEndsOnlyItselfAndTheStatusSaysWhy() {
    assumeThat(tested.platform.isolation()).contains("by control groups");
    // Given
    Instance other = tested.awaitReady(tested.deploy("def callme():\n    return 1\n", SMALL));
    FunctionId id = tested.deploy("def callme():\n    return len(bytes(1) * (200 << 20))\n", SMALL);
    Instance hog = tested.awaitReady(id);

    // When
    assertThatThrownBy(() -> UnixHttp.run(hog, "{}")).isInstanceOf(IOException.class);
    tested.awaitReplaced(id, hog);

    // Then
    assertThat(tested.told(id))
        .contains(
            new FunctionStatus.Deploying(
                "restarting: it was killed: out of its 64 MiB of memory; if it needs more memory,"
                    + " register it with memory=128"));
    assertThat(tested.platform.deployed()).contains(id);
    await().untilAsserted(() -> assertThat(tested.call(other, "{}").asInt()).isEqualTo(1));
  }

  @Test
  void manyThreadsFitIntoTheStandardMemory() throws IOException {
    // Given
    Limits hundred = new Limits(Duration.ofSeconds(10), 100, 128, 1, false);

    // When
    JsonNode sum =
        tested.runInside(
            """
            import threading
            done = []
            gate = threading.Barrier(101)
            def work():
                gate.wait()
                done.append(1)
            threads = [threading.Thread(target=work) for _ in range(100)]
            for t in threads: t.start()
            gate.wait()
            for t in threads: t.join()
            return len(done)
            """,
            hundred);

    // Then
    assertThat(sum.asInt()).isEqualTo(100);
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
    Path socket = Path.of(instance.address().getSchemeSpecificPart());
    assertThat(socket.resolveSibling("r1")).doesNotExist();
  }

  @Test
  void functionThatLiesAboutItselfHarmsNobody() throws IOException {
    // Given one that writes junk, endless lines and false events to the driver's own pipe
    FunctionId id =
        tested.deploy(
            """
            import os, stat
            def pipes():
                for fd in range(3, 20):
                    try:
                        if stat.S_ISFIFO(os.fstat(fd).st_mode):
                            yield fd
                    except OSError:
                        pass
            def callme():
                n = 0
                for fd in pipes():
                    n += 1
                    for junk in (b'x' * 3000000, b'\\n{"event":"ready"}\\n{"event":"failed","error":7}\\n',
                                 b'{"event":{}}\\n[' * 100, b'{"a":' * 100000, b'\\xff\\x00\\n'):
                        os.write(fd, junk)
                return n
            """);
    Instance instance = tested.awaitReady(id);

    // When
    assertThat(tested.call(instance, "{}").asInt()).isPositive();

    // Then
    assertThat(tested.call(instance, "{}").asInt()).isPositive();
    assertThat(tested.told(id)).hasSize(2);
  }

  @Test
  void whatAFunctionPrintsGoesToItsLogWithinBounds() throws IOException {
    // Given
    FunctionId id =
        tested.deploy(
            """
            import sys
            def callme():
                print('hello log')
                for _ in range(12):
                    print('y' * (1 << 20))
                return 1
            """,
            new Limits(Duration.ofSeconds(10), 1, 128, 1, false));
    Instance instance = tested.awaitReady(id);

    // When
    tested.call(instance, "{}");

    // Then
    assertThat(Files.size(tested.logFile(id))).isLessThanOrEqualTo(5 * 1024 * 1024);
    assertThat(tested.logFile(id).resolveSibling(id + ".log.1")).exists();
  }

  private static List<String> texts(JsonNode array) {
    return array.valueStream().map(JsonNode::asText).toList();
  }
}
