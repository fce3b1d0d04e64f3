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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Control groups below fob's own, where the kernel offers memory and pids there and fob may make
 * some: as root with version 1, or where version 2 was delegated (systemd: {@code Delegate=yes}).
 * Immutable.
 *
 * @param parents fob's directory in each hierarchy; instances are below
 * @param unified whether this is version 2
 */
record Cgroups(List<Path> parents, boolean unified) {

  private static final Logger LOGGER = LoggerFactory.getLogger(Cgroups.class);
  private static final String CONTROLLERS = "+memory +pids";
  private static final String SELF = "self";
  private static final Duration LONGEST_END = Duration.ofSeconds(5);

  Cgroups {
    parents = List.copyOf(parents);
  }

  /** The directories in which this process may make groups. */
  private record Own(Path memory, Path pids, boolean unified) {}

  /**
   * Makes fob's group; empty if that is not possible here.
   *
   * @param procSelf {@code /proc/self}, or a copy of it
   * @param name the name of fob's group
   */
  static Optional<Cgroups> create(Path procSelf, String name) {
    try {
      Optional<Own> own = own(procSelf);
      if (own.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(own.get().unified() ? unified(own.get(), name) : split(own.get(), name));
    } catch (IOException e) {
      LOGGER.atDebug().setCause(e).log("control groups cannot be used");
      return Optional.empty();
    }
  }

  private static Optional<Own> own(Path procSelf) throws IOException {
    Optional<Path> memory = ownIn(procSelf, "memory");
    Optional<Path> pids = ownIn(procSelf, "pids");
    if (memory.isPresent() && pids.isPresent()) {
      return Optional.of(new Own(memory.get(), pids.get(), false));
    }
    Optional<Path> both = ownIn(procSelf, "");
    if (both.isEmpty()) {
      return Optional.empty();
    }
    String offered = Files.readString(both.get().resolve("cgroup.controllers"));
    boolean enough = List.of(offered.strip().split(" ")).containsAll(List.of("memory", "pids"));
    return enough ? Optional.of(new Own(both.get(), both.get(), true)) : Optional.empty();
  }

  /**
   * Returns the process's own directory in the hierarchy of a controller. The empty name is version
   * 2. In a container the path may be the host's, while the mount has the own group as its root.
   */
  private static Optional<Path> ownIn(Path procSelf, String controller) throws IOException {
    Optional<Path> mount =
        Files.readAllLines(procSelf.resolve("mounts")).stream()
            .map(line -> line.split(" "))
            .filter(field ->
                controller.isEmpty()
                    ? field[2].equals("cgroup2")
                    : field[2].equals("cgroup")
                        && List.of(field[3].split(",")).contains(controller))
            .map(field -> Path.of(field[1]))
            .findFirst();
    Optional<String> path =
        Files.readAllLines(procSelf.resolve("cgroup")).stream()
            .map(line -> line.split(":", 3))
            .filter(field -> List.of(field[1].split(",")).contains(controller))
            .map(field -> field[2].substring(1))
            .findFirst();
    return mount.flatMap(at -> path.map(at::resolve).map(own -> Files.isDirectory(own) ? own : at));
  }

  private static Cgroups split(Own own, String name) throws IOException {
    List<Path> parents = List.of(own.memory().resolve(name), own.pids().resolve(name));
    for (Path parent : parents) {
      Files.createDirectory(parent);
    }
    return new Cgroups(parents, false);
  }

  /**
   * A group of version 2 has either processes or groups with limits. So fob itself moves one level
   * down, which is enough only if fob was alone in its group.
   */
  private static Cgroups unified(Own own, String name) throws IOException {
    String pid = Long.toString(ProcessHandle.current().pid());
    Path parent = Files.createDirectory(own.memory().resolve(name));
    Path self = Files.createDirectory(parent.resolve(SELF));
    Files.writeString(self.resolve("cgroup.procs"), pid);
    try {
      Files.writeString(own.memory().resolve("cgroup.subtree_control"), CONTROLLERS);
      Files.writeString(parent.resolve("cgroup.subtree_control"), CONTROLLERS);
    } catch (IOException notAlone) {
      Files.writeString(own.memory().resolve("cgroup.procs"), pid);
      Cgroup.delete(self);
      Cgroup.delete(parent);
      throw notAlone;
    }
    return new Cgroups(List.of(parent), true);
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
