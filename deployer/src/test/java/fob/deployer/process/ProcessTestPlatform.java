package fob.deployer.process;

import fob.deployer.Drivers;
import fob.deployer.local.TestPlatform;
import fob.deployer.local.Trees;
import fob.function.FunctionId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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
    platform = new ProcessPlatform(config, Drivers.in(DRIVERS), this);
  }

  @Override
  protected ProcessPlatform platform() {
    return platform;
  }

  /** Returns the command lines of all processes in this platform's sandboxes. */
  List<String> processes() {
    return processes(runtimeParent, functions().stream().map(FunctionId::toString).toList());
  }

  /** Sends a signal to the drivers of one function. */
  void signalDrivers(FunctionId id, String signal) throws IOException {
    for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
      if (read(process, "environ").contains("FOB_FUNCTION_ID=" + id)) {
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
      }
    }
  }

  /** Bubblewrap names the directory in its command, a driver the function in its environment. */
  static List<String> processes(Path runtimeParent, List<String> functions) {
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != ProcessHandle.current().pid())
        .filter(process ->
            read(process, "cmdline").contains(runtimeParent.toString())
                || functions.stream().anyMatch(read(process, "environ")::contains))
        .map(process -> process.pid() + " " + read(process, "cmdline"))
        .toList();
  }

  private static String read(ProcessHandle process, String file) {
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
