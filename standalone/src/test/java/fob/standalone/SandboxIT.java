package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Checks what a function can see and do, with a function that runs any Python code it is given. */
@Timeout(120)
@ExtendWith(SharedFob.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SandboxIT {

  private static final String PROBE =
      """
      import ctypes, os, socket, sys
      def reaches(host, port):
          try:
              socket.create_connection((host, port), 2).close()
              return True
          except OSError:
              return False
      def writes(path):
          try:
              with open(path, "w") as file:
                  file.write("x")
              os.remove(path)
              return True
          except OSError:
              return False
      def callme(code):
          scope = dict(globals())
          exec(code, scope)
          return scope["result"]
      """;

  private final SharedFob.Running running;
  private final FobClient fob;
  private String probe = "";

  SandboxIT(SharedFob.Running running) {
    this.running = running;
    this.fob = running.client();
  }

  @BeforeAll
  void register() {
    probe = fob.register("", PROBE);
  }

  @Test
  void reachesNoNetwork() {
    // When
    JsonNode result =
        run(
            probe,
            "result = [reaches('127.0.0.1', %d), reaches('127.0.0.1', %d), reaches('::1', %d)]"
                .formatted(fob.url().getPort(), kafkaPort(), fob.url().getPort()));
    JsonNode interfaces =
        run(
            probe,
            "result = sorted(l.split(':')[0].strip() for l in open('/proc/net/dev') if ':' in l)");
    JsonNode resolved =
        run(
            probe,
            """
            try:
                result = str(socket.getaddrinfo("example.org", 80))
            except OSError:
                result = None
            """);

    // Then
    assertThat(result).hasToString("[false,false,false]");
    assertThat(interfaces).hasToString("[\"lo\"]");
    assertThat(resolved.isNull()).as(resolved.toString()).isTrue();
  }

  /** OwnNetworkTest has what a function with a network of its own reaches. */
  @Test
  void reachesTheHostsLoopbackOnlyIfItsIsolationSaysSo() {
    // Given
    String networked = fob.register("network=true", PROBE);
    String isolation = fob.get("/api/meta/" + networked).at("/isolation");

    // When
    JsonNode result =
        run(networked, "result = reaches('127.0.0.1', %d)".formatted(fob.url().getPort()));

    // Then
    assertThat(result.asBoolean())
        .as(isolation)
        .isEqualTo(isolation.contains("the host's own network"));
  }

  @Test
  void seesNothingOfTheHostsFiles() {
    // Given
    List<String> hidden =
        new ArrayList<>(
            List.of(
                "/root",
                "/home",
                "/etc/shadow",
                "/etc/ssh",
                "/var",
                "/sys/kernel",
                System.getProperty("user.home"),
                Repository.ROOT.toString(),
                running.folder().toString(),
                socketOf(probe).toString()));

    // When
    JsonNode seen =
        run(
            probe,
            "result = [p for p in %s if os.path.isfile(p) or os.path.isdir(p) and os.listdir(p)]"
                .formatted(Json.MAPPER.valueToTree(hidden)));
    // The driver has put the function's source into /tmp.
    JsonNode own =
        run(
            probe,
            "result = [sorted(os.listdir('/fob')),"
                + " [n for n in os.listdir('/tmp') if not n.startswith('fob-function-')]]");

    // Then
    assertThat(seen).isEmpty();
    assertThat(own).hasToString("[[\"code\",\"driver\",\"run\"],[]]");
  }

  @Test
  void seesNoPackagesThatTheHostHasForPython() {
    // When
    JsonNode packages =
        run(
            probe,
            "import glob\nresult = [f for top in ('lib', 'lib64', 'local/lib') for f in"
                + " glob.glob(f'/usr/{top}/python*/*-packages/*')]");

    // Then
    assertThat(packages.isArray()).isTrue();
    assertThat(packages).isEmpty();
  }

  @Test
  void seesNoFilesOfOtherFunctions() {
    // Given
    String other = fob.register("", PROBE);
    run(other, "open('/tmp/secret', 'w').write('nest'); result = os.path.exists('/tmp/secret')");

    // When
    JsonNode seen = run(probe, "result = os.path.exists('/tmp/secret')");
    JsonNode sockets =
        run(
            probe,
            "result = [os.path.join(d, f) for top in os.listdir('/') if top not in ('usr', 'proc')"
                + " for d, _, fs in os.walk('/' + top) for f in fs if f.endswith('.sock')]");

    // Then
    assertThat(seen.asBoolean()).isFalse();
    assertThat(run(other, "result = open('/tmp/secret').read()").asText()).isEqualTo("nest");
    assertThat(sockets.size()).isLessThanOrEqualTo(1);
  }

  @Test
  void seesNoProcessOfOthers() {
    // When
    JsonNode commands =
        run(
            probe,
            "result = [open(f'/proc/{p}/cmdline').read() for p in os.listdir('/proc') if"
                + " p.isdigit() and p != '1']");

    // Then
    assertThat(commands)
        .hasSizeLessThanOrEqualTo(4)
        .allSatisfy(
            command -> assertThat(command.asText()).containsAnyOf("/fob/driver", "prlimit"));
  }

  @Test
  void environmentHoldsNothingOfTheHosts() {
    // When
    JsonNode names = run(probe, "result = sorted(os.environ)");

    // Then
    assertThat(names)
        .extracting(JsonNode::asText)
        .allSatisfy(name ->
            assertThat(name)
                .matches("PATH|LANG|LC_CTYPE|HOME|TMPDIR|PWD|FOB_[A-Z0-9_]+")
                .isNotEqualTo("FOB_CODE_TOKEN"));
    assertThat(run(probe, "result = [os.environ['HOME'], os.environ['PATH']]"))
        .hasToString("[\"/tmp\",\"/usr/local/bin:/usr/bin:/bin\"]");
  }

  @Test
  void writesNowhereButToItsTemporaryFolders() {
    // When
    JsonNode refused =
        run(
            probe,
            "result = [d for d in ['/', '/etc', '/usr', '/usr/bin', '/fob', '/fob/driver', '/dev',"
                + " '/proc', '/proc/sys/kernel', '/root', '/var', '/home'] if writes(d + '/x')]");
    JsonNode code = run(probe, "result = writes('/fob/code') or os.access('/fob/code', os.W_OK)");
    JsonNode temporary = run(probe, "result = [writes('/tmp/x'), writes('/dev/shm/x')]");

    // Then
    assertThat(refused).isEmpty();
    assertThat(code.asBoolean()).isFalse();
    assertThat(temporary).hasToString("[true,true]");
  }

  @Test
  void temporaryFolderIsBounded() {
    // When
    JsonNode written =
        run(
            probe,
            """
            result = 0
            try:
                for n in range(256):
                    with open(f"/tmp/{n}", "wb") as file:
                        file.write(bytes(1 << 20))
                    result += 1
            except OSError:
                pass
            for name in os.listdir("/tmp"):
                if name.isdigit():
                    os.remove("/tmp/" + name)
            """);

    // Then
    assertThat(written.asInt()).isBetween(1, 128);
  }

  @Test
  void hasNoPrivileges() {
    // When
    JsonNode status =
        run(
            probe,
            "result = dict(map(str.strip, l.split(':', 1)) for l in open('/proc/self/status'))");
    JsonNode unshared =
        run(probe, "result = ctypes.CDLL(None, use_errno=True).unshare(0x10000000)");
    JsonNode root = run(probe, "result = os.getuid()");

    // Then
    for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) {
      assertThat(status.path(set).asText()).as(set).isEqualTo("0000000000000000");
    }
    assertThat(status.path("NoNewPrivs").asText()).isEqualTo("1");
    assertThat(unshared.asInt()).isEqualTo(-1);
    assertThat(root.asInt()).isEqualTo(1000);
  }

  @Test
  void isNotRootOnTheHost() {
    // Given
    String function = fob.register(HostProcesses.OWN_SANDBOX, PROBE);
    run(function, "result = 1");

    // When
    List<ProcessHandle> drivers = HostProcesses.ofFunction(function);

    // Then
    assertThat(drivers)
        .isNotEmpty()
        .allSatisfy(driver ->
            assertThat(HostProcesses.read(driver, "status"))
                .containsPattern("\nUid:\t[1-9]")
                .containsPattern("\nGid:\t[1-9]"));
  }

  @Test
  void getsTheVariablesOfItsRegistrationAndNoOtherFunctionDoes() {
    // Given
    String function =
        fob.register("env.GREETING=hello+there&env.PYTHON_COLORS=%C3%A9%0A%22&env.EMPTY=", PROBE);
    String read = "result = [os.environ.get(n) for n in ('GREETING', 'PYTHON_COLORS', 'EMPTY')]";

    // When
    JsonNode own = run(function, read);
    JsonNode others = run(probe, read);

    // Then
    assertThat(own).hasToString("[\"hello there\",\"é\\n\\\"\",\"\"]");
    assertThat(others).hasToString("[null,null,null]");
    assertThat(fob.get("/api/meta/" + function).json().path("env"))
        .hasToString(
            "{\"EMPTY\":\"\",\"GREETING\":\"hello there\",\"PYTHON_COLORS\":\"é\\n\\\"\"}");
  }

  private JsonNode run(String function, String python) {
    Answer answer =
        fob.call(function, Json.MAPPER.createObjectNode().put("code", python).toString());
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return answer.json().path("result");
  }

  private Path socketOf(String function) {
    return Path.of(URI.create(fob.get("/api/meta/" + function).at("/host")).getPath());
  }

  private int kafkaPort() {
    String address = running.fob().bootstrapServers();
    return Integer.parseInt(address.substring(address.indexOf(':') + 1));
  }
}
