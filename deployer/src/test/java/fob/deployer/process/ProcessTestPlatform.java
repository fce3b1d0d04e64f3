package fob.deployer.process;

import static org.awaitility.Awaitility.await;

import fob.deployer.Drivers;
import fob.deployer.local.TestPlatform;
import fob.deployer.local.Trees;
import fob.function.FunctionId;
import fob.service.Loops;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A process platform with the real Python driver, and all that it tells its listener. */
final class ProcessTestPlatform extends TestPlatform {

  final ProcessPlatform platform;
  final Path runtimeParent;

  ProcessTestPlatform(Path logs) throws IOException {
    this(ProcessConfig.of(Files.createTempDirectory("fobtest"), logs));
  }

  ProcessTestPlatform(ProcessConfig config) throws IOException {
    super(config.logDirectory());
    runtimeParent = config.runtimeParent();
    try {
      // Under root, sandboxes are other users, who must be able to enter the directory.
      Files.setPosixFilePermissions(
          runtimeParent, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (UnsupportedOperationException notPosix) {
      throw new IOException(notPosix);
    }
    platform = new ProcessPlatform(config, Drivers.in(DRIVERS), this, new Loops());
  }

  @Override
  protected ProcessPlatform platform() {
    return platform;
  }

  /** Returns the command lines of all processes in this platform's sandboxes. */
  List<String> processes() {
    return processes(runtimeParent, functions().stream().map(FunctionId::toString).toList());
  }

  /** Returns the sockets of the warm sandboxes that no function has taken. */
  Set<Path> warmSockets() throws IOException {
    try (Stream<Path> files = Files.walk(runtimeParent)) {
      return files.filter(file -> file.endsWith("warm.sock")).collect(Collectors.toSet());
    } catch (UncheckedIOException changedMeanwhile) {
      return Set.of();
    }
  }

  /** Waits for so many warm sandboxes. */
  Set<Path> awaitWarm(int number) {
    return await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(5))
        .until(this::warmSockets, found -> found.size() == number);
  }

  /** Returns the drivers in the warm sandbox with this socket. */
  static List<ProcessHandle> warmDrivers(Path socket) {
    int names = socket.getNameCount();
    String mounted = "/" + socket.subpath(names - 3, names - 1) + "/r1";
    return ProcessHandle.allProcesses()
        .filter(process -> read(process, "mountinfo").contains(mounted))
        .filter(process -> read(process, "cmdline").contains("/fob/driver/"))
        .filter(process -> !read(process, "cmdline").startsWith("bwrap"))
        .toList();
  }

  /** Sends a signal to the drivers in the warm sandbox with this socket. */
  static void signalWarm(Path socket, String signal) throws IOException {
    for (ProcessHandle driver : warmDrivers(socket)) {
      new ProcessBuilder("kill", "-" + signal, Long.toString(driver.pid())).start().onExit().join();
    }
  }

  /** Sends a signal to the drivers of one function, whose sandboxes were started for it. */
  void signalDrivers(FunctionId id, String signal) throws IOException {
    for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
      if (read(process, "environ").contains("FOB_FUNCTION_ID=" + id)) {
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
      }
    }
  }

  /**
   * Bubblewrap names the directory in its command. A driver has mounted it, or names the function
   * in its environment.
   */
  static List<String> processes(Path runtimeParent, List<String> functions) {
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != ProcessHandle.current().pid())
        .filter(process ->
            read(process, "cmdline").contains(runtimeParent.toString())
                || read(process, "mountinfo").contains("/" + runtimeParent.getFileName() + "/")
                || functions.stream().anyMatch(read(process, "environ")::contains))
        .map(process -> process.pid() + " " + read(process, "cmdline"))
        .toList();
  }

  static String read(ProcessHandle process, String file) {
    try {
      return Files.readString(
          Path.of("/proc/" + process.pid() + "/" + file), StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }

  @Override
  public void close() {
    platform.close();
    Trees.delete(runtimeParent);
  }
}
