package fob.bench.counts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcTest {

  private static final String STATUS =
      """
      Name:\tfob-calls
      Threads:\t119
      voluntary_ctxt_switches:\t1234
      nonvoluntary_ctxt_switches:\t56
      """;

  @TempDir private Path root;

  private static String stat(String name, int user, int kernel) {
    return "7 ("
        + name
        + ") S 1 7 7 0 -1 4194304 1670 7480 0 0 "
        + user
        + " "
        + kernel
        + " 5 1 20 0 126 0 2585526 4115853312 107415\n";
  }

  @Test
  void switchesAndProcessorTimeAreRead() {
    assertThat(Proc.parse(STATUS, stat("fob-calls", 78, 9)))
        .isEqualTo(new Proc.Task("fob-calls", new Use(1234, 56, 78, 9)));
  }

  @Test
  void nameMayHaveSpacesAndParentheses() {
    assertThat(Proc.parse(STATUS, stat("a (b) c) d", 1, 2)))
        .isEqualTo(new Proc.Task("a (b) c) d", new Use(1234, 56, 1, 2)));
  }

  @Test
  void kernelWithoutTheCountsIsNamed() {
    assertThatThrownBy(() -> Proc.parse("Name:\tx\n", stat("x", 1, 2)))
        .hasMessageContaining("does not report voluntary_ctxt_switches");
  }

  @Test
  void allThreadsOfAProcessAreReadAndNoneOfOneThatHasEnded() throws IOException {
    thread(7, "java", 3);
    thread(9, "fob-calls", 4);
    Proc proc = new Proc(root);
    assertThat(proc.tasks(7))
        .containsOnlyKeys(7L, 9L)
        .containsEntry(9L, new Proc.Task("fob-calls", new Use(1234, 56, 4, 0)));
    assertThat(proc.tasks(8)).isEmpty();
  }

  @Test
  void threadThatEndsWhileItIsReadIsLeftOut() throws IOException {
    thread(7, "java", 3);
    Files.createDirectories(root.resolve("7/task/9"));
    assertThat(new Proc(root).tasks(7)).containsOnlyKeys(7L);
  }

  private void thread(long id, String name, int user) throws IOException {
    Path folder = Files.createDirectories(root.resolve("7/task/" + id));
    Files.writeString(folder.resolve("status"), STATUS);
    Files.writeString(folder.resolve("stat"), stat(name, user, 0));
  }
}
