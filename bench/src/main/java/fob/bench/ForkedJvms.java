package fob.bench;

import fob.service.FileTree;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * JVMs of fob that share a temporary folder. They have the flags and the class path of this JVM,
 * which the launcher sets. So the compiler and the garbage collector of the load generator do not
 * run in fob's JVMs. They end with this JVM. Used by one thread at a time.
 */
final class ForkedJvms implements AutoCloseable {

  private static final Duration STOP = Duration.ofSeconds(20);

  private final Path folder;
  private final Deque<Process> running = new ConcurrentLinkedDeque<>();
  private final Thread atExit = new Thread(this::endAll);

  ForkedJvms() throws IOException {
    folder = Files.createTempDirectory("fob-bench-");
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** Returns a port of this machine that nobody listens on. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  Path folder() {
    return folder;
  }

  /**
   * Starts a JVM. It prints to this JVM's stderr, and its stdout can be read.
   *
   * @param flags further flags of the JVM
   * @param mainAndArguments the main class and its arguments
   * @param environment the only variables starting with FOB_ that it gets
   */
  Process start(List<String> flags, List<String> mainAndArguments, Map<String, String> environment)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(mainAndArguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().keySet().removeIf(variable -> variable.startsWith("FOB_"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    running.addFirst(process);
    return process;
  }

  /**
   * Reads lines until one matches. Returns the first group of the pattern.
   *
   * @throws IOException if there is none; the process prints the reason to stderr itself
   */
  static String await(Pattern pattern, BufferedReader out) throws IOException {
    String line = out.readLine();
    while (line != null) {
      Matcher matcher = pattern.matcher(line);
      if (matcher.find()) {
        return matcher.group(1);
      }
      line = out.readLine();
    }
    throw new IOException("fob did not start; see its message above");
  }

  /** Stops a JVM with SIGTERM, and waits for its end. */
  void stop(Process process) {
    running.remove(process);
    end(process);
  }

  /** Kills a JVM with SIGKILL, and waits for its end. */
  void kill(Process process) throws InterruptedException {
    running.remove(process);
    process.destroyForcibly().waitFor();
  }

  private static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the ids of the processes of the JVMs that were started and not stopped. */
  List<Long> running() {
    return running.stream().map(Process::pid).toList();
  }

  /** Returns the ids of the processes of all running sandboxes. */
  List<Long> functions() {
    return running.stream().flatMap(Process::descendants).map(ProcessHandle::pid).toList();
  }

  /** Those that were started last end first, since they need the others. */
  private void endAll() {
    running.forEach(ForkedJvms::end);
    try {
      FileTree.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be removed", e);
    }
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(atExit);
    endAll();
  }
}
