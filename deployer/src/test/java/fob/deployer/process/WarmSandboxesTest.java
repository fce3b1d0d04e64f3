package fob.deployer.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import fob.deployer.layer.InstallSettings;
import fob.function.FunctionId;
import fob.function.FunctionStatus.Ready;
import fob.function.Instance;
import fob.function.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmSandboxesTest {

  private static final String ADD = "def callme(a, b):\n    return a + b\n";
  private static final String SLEEPS = "import time\ntime.sleep(10)\ndef callme(): pass\n";

  /** Any setting that is fixed at the start of a sandbox. */
  private static final Limits OWN = ProcessTestPlatform.limits(Duration.ofSeconds(29));

  @TempDir private Path logs;
  private final List<ProcessTestPlatform> started = new ArrayList<>();

  @AfterEach
  void stop() {
    started.forEach(ProcessTestPlatform::close);
  }

  private ProcessTestPlatform platform(WarmSizes sizes) throws IOException {
    ProcessTestPlatform platform =
        new ProcessTestPlatform(
            new ProcessConfig(
                Files.createTempDirectory("fobtest"),
                logs,
                false,
                2,
                Duration.ofSeconds(30),
                FunctionNetwork.AUTO,
                InstallSettings.STANDARD,
                sizes));
    started.add(platform);
    return platform;
  }

  /** Returns a platform whose warm sandboxes are there. */
  private ProcessTestPlatform warm(int each) throws IOException {
    ProcessTestPlatform platform = platform(new WarmSizes(each, Map.of()));
    platform.awaitReady(platform.deploy(ADD));
    platform.awaitWarm(each);
    return platform;
  }

  @Test
  void functionWithoutSettingsStartsInAWarmSandboxWhichIsReplaced() throws IOException {
    // Given
    ProcessTestPlatform tested = warm(2);
    Set<Path> before = tested.warmSockets();

    // When
    FunctionId id = tested.deploy(ADD);
    Instance instance = tested.awaitReady(id);

    // Then
    assertThat(tested.call(instance, "{\"a\":1,\"b\":2}").asInt()).isEqualTo(3);
    assertThat(instance.id()).startsWith(id + "/1-");
    assertThat(tested.log(id)).contains("instance 1 starts in the warm sandbox f");
    await().untilAsserted(() -> assertThat(tested.warmSockets()).hasSize(2).isNotEqualTo(before));
  }

  @Test
  void functionWithASettingThatIsFixedAtTheStartHasASandboxOfItsOwn() throws IOException {
    // Given
    ProcessTestPlatform tested = warm(1);
    Set<Path> before = tested.warmSockets();

    // When
    FunctionId id = tested.deploy(ADD, OWN);
    tested.awaitReady(id);

    // Then
    assertThat(tested.log(id)).doesNotContain("warm");
    assertThat(tested.warmSockets()).isEqualTo(before);
  }

  @Test
  void functionSeesNoDifferenceBetweenAWarmSandboxAndOneOfItsOwn() throws IOException {
    // Given
    ProcessTestPlatform tested = warm(1);
    String looks =
        """
        import os, sys, resource
        def read(path):
            with open(path) as f:
                return f.read()
        def callme():
            limits = {n: list(resource.getrlimit(getattr(resource, n))) for n in dir(resource) if n.startswith('RLIMIT_')}
            return {
                'environment': dict(os.environ), 'limits': limits, 'path': sys.path, 'cwd': os.getcwd(),
                'files': sorted(os.listdir('/fob') + os.listdir('/etc') + os.listdir('/')),
                'file': __file__, 'name': __name__, 'user': [os.getuid(), os.getgid(), os.getpid()],
                'size': os.statvfs('/tmp').f_blocks, 'status': [l for l in read('/proc/self/status').splitlines()
                    if l.startswith(('Cap', 'Seccomp', 'NoNewPrivs'))]}
        """;

    // When
    FunctionId id = tested.deploy(looks);
    JsonNode inWarm = tested.call(tested.awaitReady(id), "{}");
    JsonNode inOwn = tested.call(tested.awaitReady(tested.deploy(looks, OWN)), "{}");

    // Then
    assertThat(tested.log(id)).contains("warm sandbox");
    assertThat(inWarm).isEqualTo(inOwn);
  }

  @Test
  void eachWarmSandboxIsAnotherUserOfTheHostWhereFobIsRoot() throws IOException {
    // Given
    ProcessTestPlatform tested = warm(2);
    boolean root = Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));

    // When
    Set<String> users =
        tested.warmSockets().stream()
            .flatMap(socket -> ProcessTestPlatform.warmDrivers(socket).stream())
            .flatMap(driver -> ProcessTestPlatform.read(driver, "status").lines())
            .filter(line -> line.startsWith("Uid:"))
            .collect(Collectors.toSet());

    // Then
    assertThat(users)
        .hasSize(root ? 2 : 1)
        .allMatch(line -> line.matches("Uid:(\\t%s){4}".formatted(root ? "19[0-9]{8}" : "[0-9]+")));
  }

  @Test
  void functionThatCannotBeLoadedFailsWithItsOwnError() throws IOException {
    // Given
    ProcessTestPlatform tested = warm(1);

    // When
    FunctionId id = tested.deploy("x = 1\nraise KeyError('no such thing')\n");

    // Then
    assertThat(tested.awaitFailed(id).type()).isEqualTo("KeyError");
    await().untilAsserted(() -> assertThat(tested.log(id)).contains("instance 1 has ended"));
    assertThat(tested.log(id)).contains("warm sandbox").doesNotContain("instance 2");
  }

  @Test
  void functionThatEndsItsProcessWhileItLoadsIsTold() throws IOException {
    // Given
    ProcessTestPlatform tested = warm(1);

    // When
    FunctionId id = tested.deploy("import os\nos._exit(3)\n");

    // Then
    assertThat(tested.awaitFailed(id).message()).contains("ended by itself with exit code 3");
    assertThat(tested.log(id)).contains("warm sandbox");
  }

  @Test
  void warmSandboxThatEndsIsReplaced() throws IOException {
    // Given
    ProcessTestPlatform tested = warm(1);
    Path before = tested.warmSockets().iterator().next();

    // When
    ProcessTestPlatform.signalWarm(before, "KILL");

    // Then
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(tested.warmSockets()).hasSize(1).doesNotContain(before));
    assertThat(before.getParent()).doesNotExist();
  }

  @Test
  void functionDoesNotWaitForAWarmSandboxThatHangs() throws IOException {
    // Given
    ProcessTestPlatform tested = warm(1);
    Path before = tested.warmSockets().iterator().next();
    ProcessTestPlatform.signalWarm(before, "STOP");

    // When
    FunctionId id = tested.deploy(ADD);
    tested.awaitReady(id);

    // Then
    assertThat(tested.log(id)).doesNotContain("warm");
    assertThat(tested.ends(id)).isEmpty();
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(tested.warmSockets()).hasSize(1).doesNotContain(before));
  }

  @Test
  void languagesThatAreNamedHaveWarmSandboxesBeforeTheirFirstUse() throws IOException {
    // Given
    ProcessTestPlatform tested = platform(new WarmSizes(0, Map.of("python", 2)));
    assertThat(tested.warmSockets()).isEmpty();

    // When
    tested.platform.retain(Set.of());

    // Then
    tested.awaitWarm(2);
    FunctionId id = tested.deploy(ADD);
    tested.awaitReady(id);
    assertThat(tested.log(id)).contains("warm sandbox");
  }

  @Test
  void deployerThatIsNotActiveAnyMoreHasNone() throws IOException {
    // Given
    ProcessTestPlatform tested = warm(2);

    // When
    tested.platform.release();

    // Then
    await().untilAsserted(() -> assertThat(tested.processes()).isEmpty());
    assertThat(tested.warmSockets()).isEmpty();
  }

  @Test
  void closedPlatformLeavesNone() throws IOException {
    // Given
    ProcessTestPlatform tested = warm(2);

    // When
    tested.platform.close();

    // Then
    await().untilAsserted(() -> assertThat(tested.processes()).isEmpty());
    assertThat(tested.runtimeParent).isEmptyDirectory();
  }

  @Test
  void functionsThatSleepWhileTheyLoadDelayNoOtherForLong() throws IOException {
    // Given
    ProcessTestPlatform tested = platform(WarmSizes.NONE);
    for (int i = 0; i < 20; i++) {
      tested.deploy(SLEEPS, OWN);
    }

    // When
    FunctionId id = tested.deploy(ADD, OWN);

    // Then: well before any of the others has slept enough
    await()
        .atMost(Duration.ofSeconds(9))
        .untilAsserted(() -> assertThat(tested.status(id)).isInstanceOf(Ready.class));
  }
}
