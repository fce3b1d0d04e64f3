package fob.deployer.process;

import fob.deployer.local.Bounds;
import fob.function.Limits;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Control groups below fob's own, where the kernel offers memory and pids there (better: cpu too)
 * and fob may make some: as root with version 1, or where version 2 was delegated (systemd: {@code
 * Delegate=yes}). Immutable.
 *
 * @param parents fob's directory in each hierarchy, memory first and pids last; instances are below
 * @param cpuParent the one that bounds processor time; empty if none can
 * @param unified whether this is version 2
 */
record Cgroups(List<Path> parents, Optional<Path> cpuParent, boolean unified) {

  private static final Logger LOGGER = LoggerFactory.getLogger(Cgroups.class);
  private static final String CONTROLLERS = "+memory +pids";
  private static final String WITH_CPU = CONTROLLERS + " +cpu";
  private static final String SELF = "self";
  private static final Duration LONGEST_END = Duration.ofSeconds(5);

  Cgroups {
    parents = List.copyOf(parents);
  }

  /**
   * Makes fob's group; empty if that is not possible here.
   *
   * @param procSelf {@code /proc/self}, or a copy of it
   * @param name the name of fob's group
   */
  static Optional<Cgroups> create(Path procSelf, String name) {
    try {
      Optional<OwnCgroup> own = OwnCgroup.find(procSelf);
      if (own.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(own.get().unified() ? unified(own.get(), name) : split(own.get(), name));
    } catch (IOException e) {
      LOGGER.atDebug().setCause(e).log("control groups cannot be used");
      return Optional.empty();
    }
  }

  private static Cgroups split(OwnCgroup own, String name) throws IOException {
    Path memory = Files.createDirectory(own.memory().resolve(name));
    Path pids = Files.createDirectory(own.pids().resolve(name));
    Optional<Path> cpu = Optional.empty();
    if (own.cpu().isPresent()) {
      try {
        cpu = Optional.of(Files.createDirectory(own.cpu().get().resolve(name)));
        CpuShare.ofAllFunctions(cpu.get());
      } catch (IOException e) {
        LOGGER.atDebug().setCause(e).log("fob may make no control groups for processor time");
      }
    }
    return new Cgroups(
        Stream.of(Optional.of(memory), cpu, Optional.of(pids)).flatMap(Optional::stream).toList(),
        cpu,
        false);
  }

  /**
   * A group of version 2 has either processes or groups with limits. So fob itself moves one level
   * down, which is enough only if fob was alone in its group.
   */
  private static Cgroups unified(OwnCgroup own, String name) throws IOException {
    String pid = Long.toString(ProcessHandle.current().pid());
    Path parent = Files.createDirectory(own.memory().resolve(name));
    Path self = Files.createDirectory(parent.resolve(SELF));
    Files.writeString(self.resolve("cgroup.procs"), pid);
    boolean cpu = own.cpu().isPresent() && handOn(own.memory(), parent, WITH_CPU);
    if (!cpu && !handOn(own.memory(), parent, CONTROLLERS)) {
      Files.writeString(own.memory().resolve("cgroup.procs"), pid);
      Cgroup.delete(self);
      Cgroup.delete(parent);
      throw new IOException("fob is not alone in its group " + own.memory());
    }
    if (cpu) {
      CpuShare.ofFob(self);
    }
    return new Cgroups(List.of(parent), cpu ? Optional.of(parent) : Optional.empty(), true);
  }

  /** Lets the groups below two groups, one below the other, bound what the controllers count. */
  private static boolean handOn(Path group, Path below, String controllers) {
    try {
      Files.writeString(group.resolve("cgroup.subtree_control"), controllers);
      Files.writeString(below.resolve("cgroup.subtree_control"), controllers);
      return true;
    } catch (IOException e) {
      LOGGER.atDebug().setCause(e).log("these controllers cannot be used: " + controllers);
      return false;
    }
  }

  Cgroup create(String instance, Limits limits) throws IOException {
    List<Path> directories = new ArrayList<>();
    for (Path parent : parents) {
      directories.add(Files.createDirectory(parent.resolve(instance)));
    }
    Path memory = directories.getFirst();
    Path pids = directories.getLast();
    String bytes = Long.toString(Bounds.memoryBytes(limits));
    if (unified) {
      Files.writeString(memory.resolve("memory.max"), bytes);
      Files.writeString(memory.resolve("memory.oom.group"), "1");
      writeIfThere(memory.resolve("memory.swap.max"), "0");
    } else {
      Files.writeString(memory.resolve("memory.limit_in_bytes"), bytes);
      writeIfThere(memory.resolve("memory.memsw.limit_in_bytes"), bytes);
    }
    if (cpuParent.isPresent()) {
      CpuShare.of(limits).write(cpuParent.get().resolve(instance), unified);
    }
    Files.writeString(pids.resolve("pids.max"), Integer.toString(Bounds.mostProcesses(limits)));
    return new Cgroup(
        directories, memory.resolve(unified ? "memory.events" : "memory.oom_control"));
  }

  /** The files for swap are there only if the kernel counts swap. */
  private static void writeIfThere(Path file, String value) throws IOException {
    if (Files.exists(file)) {
      Files.writeString(file, value);
    }
  }

  /** Ends the processes in the groups of dead fobs, and removes these groups. */
  void sweep() {
    for (Path parent : parents) {
      List<Path> dead = children(parent.resolveSibling("."));
      dead.removeIf(group -> !GroupOwner.isDead(group.getFileName().toString()));
      dead.forEach(Cgroups::endAll);
    }
  }

  /** Ends the processes that are left in the groups, and removes the groups. */
  void delete() {
    parents.forEach(Cgroups::endAll);
  }

  private static void endAll(Path parent) {
    for (Path child : children(parent)) {
      if (!child.getFileName().toString().equals(SELF)) {
        Cgroup group = new Cgroup(List.of(child), child);
        Set<Long> left = new SandboxProcesses(Optional.of(group), child).end(LONGEST_END);
        if (!left.isEmpty()) {
          LOGGER
              .atWarn()
              .addKeyValue("group", child)
              .addKeyValue("processes", left)
              .log("processes of sandboxes do not end, though they were killed");
        }
      }
      Cgroup.delete(child);
    }
    Cgroup.delete(parent);
  }

  private static List<Path> children(Path parent) {
    List<Path> all = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(parent, Files::isDirectory)) {
      children.forEach(all::add);
    } catch (IOException gone) {
      LOGGER
          .atDebug()
          .addKeyValue("group", parent)
          .setCause(gone)
          .log("there is no such control group");
    }
    return all;
  }
}
