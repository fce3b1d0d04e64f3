package fob.bench;

import fob.service.FileTree;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code fob up} in a JVM of its own, with a temporary folder and free ports. It has the flags and
 * the class path of this JVM, which the launcher sets. So the compiler and the garbage collector of
 * the load generator do not run in fob's JVM. Ends with this JVM.
 */
final class ForkedFob implements AutoCloseable {

  private static final Pattern URL = Pattern.compile("fob is up at (\\S+)");
  private static final Pattern KAFKA = Pattern.compile("Kafka listens at ([^;\\s]+)");
  private static final Duration STOP = Duration.ofSeconds(20);

  private final Path folder;
  private final Process process;
  private final Thread atExit;
  private final URI url;
  private final String bootstrapServers;

  private ForkedFob(Path folder, Process process, Thread atExit) throws IOException {
    this.folder = folder;
    this.process = process;
    this.atExit = atExit;
    BufferedReader out = process.inputReader();
    this.url = URI.create(await(URL, out));
    this.bootstrapServers = await(KAFKA, out);
  }

  /**
   * Starts fob and waits until it is ready.
   *
   * @param options further options of {@code fob up}
   * @throws IOException if it does not start; it prints the reason to stderr itself
   */
  static ForkedFob start(String... options) throws IOException {
    Path folder = Files.createTempDirectory("fob-bench-");
    Process process =
        new ProcessBuilder(command(folder, options))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Thread atExit = new Thread(() -> stop(process, folder));
    Runtime.getRuntime().addShutdownHook(atExit);
    return new ForkedFob(folder, process, atExit);
  }

  private static List<String> command(Path folder, String... options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "fob.standalone.Fob"));
    command.addAll(List.of("up", "--port", "0", "--kafka-port", "0", "--data", folder.toString()));
    command.addAll(List.of(options));
    return command;
  }

  private static String await(Pattern pattern, BufferedReader out) throws IOException {
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

  InetSocketAddress http() {
    return new InetSocketAddress(url.getHost(), url.getPort());
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  /** Returns the processor time that fob's JVM has used so far. */
  Duration cpu() {
    return cpu(process.toHandle());
  }

  /** Returns the processor time that the running sandboxes have used so far. */
  Duration functionsCpu() {
    return process.descendants().map(ForkedFob::cpu).reduce(Duration.ZERO, Duration::plus);
  }

  /** Returns the ids of the processes of all running sandboxes. */
  List<Long> functionProcesses() {
    return process.descendants().map(ProcessHandle::pid).toList();
  }

  private static Duration cpu(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private static void stop(Process process, Path folder) {
    process.destroy();
    try {
      if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    delete(folder);
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(atExit);
    stop(process, folder);
  }

  private static void delete(Path folder) {
    try {
      FileTree.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be removed", e);
    }
  }
}
