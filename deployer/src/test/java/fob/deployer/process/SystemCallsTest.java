package fob.deployer.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fob.function.Instance;
import fob.function.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Which system calls a function can make, tried by a function that makes them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SystemCallsTest {

  private ProcessTestPlatform tested;
  private Instance caller;

  @BeforeAll
  void start(@TempDir Path logs) throws IOException {
    tested = new ProcessTestPlatform(logs);
    caller = tested.awaitReady(tested.deploy(Calls.PROGRAM));
  }

  @AfterAll
  void stop() {
    tested.close();
  }

  @Test
  void callsThatNoProgramNeedsAreRefusedByName() throws IOException {
    // Given
    List<String> names = Calls.refusedByName();
    Calls calls = new Calls();
    names.forEach(name -> calls.add(name, Calls.number(name), 0, 0, 0, 0, 0));

    // When
    JsonNode outcomes = calls.makeIn(tested, caller);

    // Then
    assertThat(names).contains("ptrace", "keyctl", "mount", "unshare", "setns", "bpf");
    assertThat(names)
        .allSatisfy(name -> assertThat(outcomes.path(name).asText()).as(name).isEqualTo("EPERM"));
  }

  @Test
  void namespacesCannotBeMadeByCloneEither() throws IOException {
    // Given
    Calls calls = new Calls().add("clone3", Calls.number("clone3"), 0, 0);
    for (int bit : new int[] {17, 25, 26, 27, 28, 29, 30}) {
      calls.add("flag " + bit, Calls.number("clone"), 1L << bit | 17, 0, 0, 0, 0);
    }
    calls.add("fork", Calls.number("clone"), 17, 0, 0, 0, 0);

    // When
    JsonNode outcomes = calls.makeIn(tested, caller);

    // Then
    assertThat(outcomes.path("clone3").asText()).isEqualTo("ENOSYS");
    assertThat(outcomes.path("fork").asText()).isEqualTo("ok");
    outcomes
        .propertyStream()
        .filter(each -> each.getKey().startsWith("flag"))
        .forEach(each -> assertThat(each.getValue().asText()).as(each.getKey()).isEqualTo("EPERM"));
  }

  @Test
  void socketsAreLocalOrOfTheInternet() throws IOException {
    // Given
    int socket = Calls.number("socket");
    Calls calls = new Calls();
    IntStream.range(0, 50).forEach(family -> calls.add("" + family, socket, family, 2, 0));

    // When
    JsonNode outcomes = calls.makeIn(tested, caller);

    // Then
    List<String> allowed =
        outcomes
            .propertyStream()
            .filter(each -> !each.getValue().asText().equals("EPERM"))
            .map(each -> each.getKey())
            .toList();
    assertThat(allowed).containsExactly("1", "2", "10");
  }

  @Test
  void otherWaysToCallAndCallsThatNobodyHasLookedAtDoNotExist() throws IOException {
    // When
    JsonNode outcomes =
        new Calls()
            .add("x32", 0x4000_0000 | Calls.number("getpid"))
            .add("open_tree_attr", 467, 0, 0, 0)
            .add("500", 500)
            .add("type ahead", Calls.number("ioctl"), 0, 0x5412, 0)
            .add("other personality", Calls.number("personality"), 8)
            .add("own personality", Calls.number("personality"), 0xffffffffL)
            .makeIn(tested, caller);

    // Then
    assertThat(outcomes.toString())
        .isEqualTo(
            "{\"x32\":\"ENOSYS\",\"open_tree_attr\":\"ENOSYS\",\"500\":\"ENOSYS\",\"type"
                + " ahead\":\"EPERM\",\"other personality\":\"EPERM\",\"own personality\":\"ok\"}");
  }

  @Test
  void processOneCannotBeReachedThroughItsFilesEither() throws IOException {
    // When
    JsonNode reached =
        tested.runInside(
            """
            import os
            reached = []
            for path in ('/proc/1/mem', '/proc/self/root/proc/1/mem', '/proc/1/environ', '/proc/1/fd',
                         '/proc/1/task/1/mem', '/proc/thread-self/root/proc/1/maps'):
                try:
                    os.close(os.open(path, os.O_RDONLY))
                    reached.append(path)
                except OSError:
                    pass
            return reached
            """);

    // Then
    assertThat(reached).isEmpty();
  }

  @Test
  void ordinaryProgramsWork() throws IOException {
    // Given
    String code = Files.readString(Path.of("src/test/resources/ordinary.py"));
    Limits roomy = new Limits(Duration.ofSeconds(30), 2, 256, 1, false);
    Instance ordinary = tested.awaitReady(tested.deploy("python", code, roomy));

    // Then
    assertThat(tested.call(ordinary, "{}"))
        .allSatisfy(
            outcome -> assertThat(outcome.path(1).asText()).as(outcome.toString()).isEqualTo("ok"));
  }
}
