package fob.deployer.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.deployer.Driver;
import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.Instance;
import fob.function.Limits;
import fob.service.Loops;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Who can read how a sandbox was set up. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HiddenSetUpTest {

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
  void hostsListOfProcessesDoesNotShowIt() throws IOException {
    // Given
    Instance instance = tested.awaitReady(tested.deploy("def callme(): return 1\n"));
    String function = instance.id().substring(0, instance.id().indexOf('/'));

    // When
    List<String> lines = ProcessHandle.allProcesses().map(HiddenSetUpTest::commandLine).toList();

    // Then
    List<String> ours =
        lines.stream().filter(line -> line.contains(tested.runtimeParent.toString())).toList();
    assertThat(ours).isNotEmpty().allMatch(line -> line.startsWith("bwrap --args 4 --bind "));
    assertThat(lines)
        .noneMatch(line -> line.contains(function) || line.contains("FOB_FUNCTION_ID"));
  }

  @Test
  void functionDoesNotFindIt() throws IOException {
    // When
    JsonNode found =
        tested.runInside(
            """
            import os, sys
            def read(path):
                try:
                    with open(path, 'rb') as f:
                        return f.read().decode('latin-1').split('\\0')
                except OSError:
                    return []
            def links(directory):
                try:
                    return [os.readlink(directory + '/' + n) for n in os.listdir(directory)]
                except OSError:
                    return []
            pids = [p for p in os.listdir('/proc') if p.isdigit()]
            own = str(os.getpid())
            return {
                'pids': len(pids),
                'own': read('/proc/' + own + '/cmdline')[0],
                'lines': [a for p in pids if p != own for a in read('/proc/' + p + '/cmdline')],
                'environments': [a for p in pids if p != own for a in read('/proc/' + p + '/environ')],
                'files': [l for l in links('/proc/' + own + '/fd') if 'bpf' in l or '%1$s' in l],
                'input': read('/dev/stdin')}
            """
                .formatted(tested.runtimeParent));

    // Then
    assertThat(found.path("pids").asInt()).isEqualTo(2);
    assertThat(found.path("own").asText()).contains("python3");
    for (String place : List.of("lines", "environments", "files")) {
      assertThat(found.path(place)).as(place).isEmpty();
    }
    assertThat(found.path("input").toString()).isEqualTo("[\"\"]");
  }

  @Test
  void moreVariablesThanAPipeHoldsReachTheProgram(@TempDir Path logs) throws Exception {
    // Given
    ObjectNode app = JsonNodeFactory.instance.objectNode();
    app.putArray("args").add("sh").add("-c").add("env | grep -c '^BIG_.*ä$' >&2");
    IntStream.range(0, 300)
        .forEach(i -> app.withObject("/env").put("BIG_" + i, "x".repeat(999) + "ä"));
    Code code = new Code("\n".getBytes(StandardCharsets.UTF_8));
    FunctionSpec spec =
        new FunctionSpec(
            FunctionId.random(), "trial", null, Limits.DEFAULT, code.sha256(), 1, Instant.EPOCH);

    // When
    try (ProcessContext context =
        ProcessContext.start(ProcessConfig.of(tested.runtimeParent, logs), new Loops())) {
      Driver driver = new Driver("trial", context.runtime().common().empty(), app);
      FunctionHome home = FunctionHome.create(spec, () -> code, driver, context, 1);
      Process process = home.launch(home.location(1)).process();

      // Then
      assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("300\n");
      assertThat(process.waitFor()).isZero();
    }
  }

  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(
              Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1)
          .replace('\0', ' ');
    } catch (IOException gone) {
      return "";
    }
  }
}
