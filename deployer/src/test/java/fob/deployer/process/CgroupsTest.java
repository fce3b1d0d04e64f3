package fob.deployer.process;

import static org.assertj.core.api.Assertions.assertThat;

import fob.function.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against directories that look like the kernel's. */
class CgroupsTest {

  @TempDir Path root;

  private void proc(String mounts, String cgroup) throws IOException {
    Files.writeString(root.resolve("mounts"), mounts.replace("ROOT", root.toString()));
    Files.writeString(root.resolve("cgroup"), cgroup);
  }

  @Test
  void versionOneGetsLimitsInBothHierarchies() throws IOException {
    // Given
    proc(
        "cgroup ROOT/memory cgroup rw,memory 0 0\ncgroup ROOT/pids cgroup rw,pids 0 0\n",
        "8:pids:/\n4:memory:/own\n0::/\n");
    Files.createDirectories(root.resolve("memory/own"));
    Files.createDirectories(root.resolve("pids"));

    // When
    Cgroups groups = Cgroups.create(root, "fob-1").orElseThrow();
    Cgroup group = groups.create("f1-1", Limits.DEFAULT);

    // Then
    Path memory = root.resolve("memory/own/fob-1/f1-1");
    assertThat(memory.resolve("memory.limit_in_bytes")).hasContent("134217728");
    assertThat(root.resolve("pids/fob-1/f1-1/pids.max")).hasContent("80");
    assertThat(group.join())
        .contains(memory + "/cgroup.procs", root + "/pids/fob-1/f1-1/cgroup.procs")
        .endsWith("--");
    assertThat(group.ranOutOfMemory()).isFalse();
    Files.writeString(memory.resolve("memory.oom_control"), "under_oom 0\noom_kill 1\n");
    assertThat(group.ranOutOfMemory()).isTrue();
  }

  @Test
  void versionTwoMovesFobDownAndHandsItsControllersOn() throws IOException {
    // Given
    proc("cgroup2 ROOT/unified cgroup2 rw 0 0\n", "0::/user/fob.scope\n");
    Path own = Files.createDirectories(root.resolve("unified/user/fob.scope"));
    Files.writeString(own.resolve("cgroup.controllers"), "cpu memory pids\n");

    // When
    Cgroups groups = Cgroups.create(root, "fob-1").orElseThrow();
    Cgroup group = groups.create("f1-1", Limits.DEFAULT);

    // Then
    assertThat(own.resolve("fob-1/self/cgroup.procs"))
        .hasContent(Long.toString(ProcessHandle.current().pid()));
    assertThat(own.resolve("cgroup.subtree_control")).hasContent("+memory +pids");
    assertThat(own.resolve("fob-1/cgroup.subtree_control")).hasContent("+memory +pids");
    assertThat(own.resolve("fob-1/f1-1/memory.max")).hasContent("134217728");
    assertThat(own.resolve("fob-1/f1-1/pids.max")).hasContent("80");
    assertThat(group.directories()).containsExactly(own.resolve("fob-1/f1-1"));
  }

  @Test
  void withoutTheControllersThereAreNone() throws IOException {
    // Given
    proc("cgroup2 ROOT/unified cgroup2 rw 0 0\n", "0::/\n");
    Path own = Files.createDirectories(root.resolve("unified"));
    Files.writeString(own.resolve("cgroup.controllers"), "hugetlb\n");

    // Then
    assertThat(Cgroups.create(root, "fob-1")).isEqualTo(Optional.empty());
    assertThat(own.resolve("fob-1")).doesNotExist();
  }
}
