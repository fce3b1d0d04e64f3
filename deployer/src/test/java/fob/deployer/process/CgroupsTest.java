package fob.deployer.process;

import static org.assertj.core.api.Assertions.assertThat;

import fob.function.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tried with directories that look like the kernel's. */
class CgroupsTest {

  private static final Limits HALF_A_CORE =
      new Limits(Duration.ofSeconds(30), 8, 128, 1, false, 500);

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
    assertThat(groups.cpuParent()).isEmpty();
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
    assertThat(own.resolve("cgroup.subtree_control")).hasContent("+memory +pids +cpu");
    assertThat(own.resolve("fob-1/cgroup.subtree_control")).hasContent("+memory +pids +cpu");
    assertThat(own.resolve("fob-1/f1-1/memory.max")).hasContent("134217728");
    assertThat(own.resolve("fob-1/f1-1/pids.max")).hasContent("80");
    assertThat(group.directories()).containsExactly(own.resolve("fob-1/f1-1"));
  }

  @Test
  void processorTimeIsBoundedInVersionOneWhereItsHierarchyCanBeUsed() throws IOException {
    // Given
    proc(
        """
        cgroup ROOT/memory cgroup rw,memory 0 0
        cgroup ROOT/pids cgroup rw,pids 0 0
        cgroup ROOT/cpu cgroup rw,cpu,cpuacct 0 0
        """,
        "8:pids:/\n4:memory:/\n1:cpu,cpuacct:/own\n0::/\n");
    for (String hierarchy : List.of("memory", "pids", "cpu/own")) {
      Files.createDirectories(root.resolve(hierarchy));
    }

    // When
    Cgroups groups = Cgroups.create(root, "fob-1").orElseThrow();
    Cgroup group = groups.create("f1-1", HALF_A_CORE);

    // Then
    Path cpu = root.resolve("cpu/own/fob-1/f1-1");
    assertThat(cpu.resolve("cpu.cfs_quota_us")).hasContent("50000");
    assertThat(cpu.resolve("cpu.cfs_period_us")).hasContent("100000");
    assertThat(cpu.resolve("cpu.shares")).hasContent("512");
    assertThat(cpu.resolveSibling("cpu.shares"))
        .hasContent(Integer.toString(1024 * Runtime.getRuntime().availableProcessors()));
    assertThat(group.join()).contains(cpu + "/cgroup.procs");
    assertThat(group.directories()).hasSize(3).last().asString().contains("/pids/");
  }

  @Test
  void processorTimeIsBoundedInVersionTwoAndFobIsServedFirst() throws IOException {
    // Given
    proc("cgroup2 ROOT/unified cgroup2 rw 0 0\n", "0::/\n");
    Path own = Files.createDirectories(root.resolve("unified"));
    Files.writeString(own.resolve("cgroup.controllers"), "cpu memory pids\n");

    // When
    Cgroups groups = Cgroups.create(root, "fob-1").orElseThrow();
    groups.create("f1-1", HALF_A_CORE);

    // Then
    assertThat(own.resolve("fob-1/f1-1/cpu.max")).hasContent("50000 100000");
    assertThat(own.resolve("fob-1/f1-1/cpu.weight")).hasContent("50");
    assertThat(own.resolve("fob-1/self/cpu.weight")).hasContent("1000");
  }

  @Test
  void withoutControlGroupsForItMoreProcessorTimeIsALowerNiceValue() {
    assertThat(CpuShare.of(Limits.DEFAULT).nice()).containsExactly("nice", "-n", "5");
    assertThat(CpuShare.of(HALF_A_CORE).nice()).containsExactly("nice", "-n", "8");
    assertThat(new CpuShare(10).nice()).containsExactly("nice", "-n", "19");
    assertThat(new CpuShare(64_000).nice()).containsExactly("nice", "-n", "1");
  }

  @Test
  void groupsOfDeadFobsAreEmptiedAndThoseOfLivingOnesAreLeftAlone() throws Exception {
    // Given
    proc(
        "cgroup ROOT/memory cgroup rw,memory 0 0\ncgroup ROOT/pids cgroup rw,pids 0 0\n",
        "8:pids:/\n4:memory:/\n0::/\n");
    GroupOwner self = GroupOwner.self();
    GroupOwner dead = new GroupOwner(self.namespace(), self.process(), self.started() + 1);
    GroupOwner elsewhere = new GroupOwner(self.namespace() + 1, 1, 1);
    Path pids = Files.createDirectories(root.resolve("pids"));
    Files.createDirectories(root.resolve("memory"));
    for (GroupOwner owner : List.of(self, dead, elsewhere)) {
      Files.createDirectories(pids.resolve(name("fob-01", owner)).resolve("f1-1"));
    }
    Files.createDirectories(pids.resolve("fob-others"));
    Process left = new ProcessBuilder("sleep", "100").start();
    Path members = pids.resolve(name("fob-01", dead)).resolve("f1-1/cgroup.procs");
    Files.writeString(members, left.pid() + "\n");

    // When
    Cgroups groups = Cgroups.create(root, name("fob-02", self)).orElseThrow();
    var sweep = Thread.ofPlatform().start(groups::sweep);

    // Then
    assertThat(left.waitFor(10, TimeUnit.SECONDS)).isTrue();
    Files.deleteIfExists(members); // as the kernel does
    sweep.join();
    assertThat(pids.resolve(name("fob-01", dead))).doesNotExist();
    assertThat(pids.resolve(name("fob-01", self)).resolve("f1-1")).exists();
    assertThat(pids.resolve(name("fob-01", elsewhere)).resolve("f1-1")).exists();
    assertThat(pids.resolve("fob-others")).exists();
  }

  private static String name(String runtime, GroupOwner owner) {
    return "%s.%d.%d.%d".formatted(runtime, owner.namespace(), owner.process(), owner.started());
  }

  @Test
  void everyProcessOfAGroupIsKilledAndNoneIsForkedMeanwhile() throws IOException {
    // Given
    Path both = Files.createDirectory(root.resolve("both"));
    Files.writeString(both.resolve("cgroup.procs"), "12\n13\n");
    Files.writeString(both.resolve("cgroup.kill"), "");
    Files.writeString(both.resolve("pids.max"), "80");
    Cgroup group = new Cgroup(List.of(both), both.resolve("memory.events"));

    // When
    group.kill();

    // Then
    assertThat(group.processes()).containsExactlyInAnyOrder(12L, 13L);
    assertThat(both.resolve("cgroup.kill")).hasContent("1");
    assertThat(both.resolve("pids.max")).hasContent("0");
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
