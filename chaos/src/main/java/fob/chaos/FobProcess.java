package fob.chaos;

import fob.standalone.LauncherJvm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A process of fob that can be killed, frozen and started again. It always listens on the same
 * port. Used by one thread at a time, except {@link #close}.
 */
final class FobProcess implements AutoCloseable {

  private static final Duration EXIT = Duration.ofSeconds(30);
  private static final List<String> FLAGS =
      List.of(
          "-Xmx256m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:+ExitOnOutOfMemoryError",
          "-Xlog:disable",
          "-Xlog:all=error:stderr",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private final String name;
  private final int port;
  private final Path folder;
  private final List<String> command;
  private final Map<String, String> environment;
  private int starts;
  private volatile boolean closed;
  private volatile @Nullable Process process;

  /**
   * Prepares a process.
   *
   * @param port the port that the process listens on
   * @param folder for the files with the process's output
   * @param home the folder in which fob is installed
   * @param environment the only variables starting with FOB_ that the process gets
   */
  FobProcess(
      String name,
      int port,
      Path folder,
      Path home,
      List<String> mainAndArguments,
      Map<String, String> environment) {
    this.name = name;
    this.port = port;
    this.folder = folder;
    this.environment = environment;
    this.command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    LauncherJvm launcher = new LauncherJvm(home);
    command.addAll(launcher.options());
    command.addAll(List.of("-Dfob.home=" + home, "-cp", launcher.classPath()));
    command.addAll(mainAndArguments);
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  String name() {
    return name;
  }

  int port() {
    return port;
  }

  /** Starts the process without waiting until it is ready. */
  void start() throws IOException {
    starts++;
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(file("out").toFile())
            .redirectError(file("err").toFile());
    builder.environment().keySet().removeIf(variable -> variable.startsWith("FOB_"));
    builder.environment().putAll(environment);
    Process started = builder.start();
    process = started;
    if (closed) {
      started.destroyForcibly();
    }
  }

  private Path file(String kind) {
    return folder.resolve(name + "-" + starts + "." + kind);
  }

  /** Returns what the process has printed on stdout since its last start. */
  String out() throws IOException {
    return Files.readString(file("out"));
  }

  /**
   * Checks that the process still runs.
   *
   * @throws IOException if it has ended; the message contains what it printed on stderr
   */
  void requireAlive() throws IOException {
    if (!running().isAlive()) {
      throw new IOException(
          "%s ended by itself with exit code %d: %s"
              .formatted(name, running().exitValue(), Files.readString(file("err"))));
    }
  }

  /** Kills the process with SIGKILL and waits for its end. */
  void kill() throws IOException, InterruptedException {
    running().destroyForcibly();
    awaitExit();
  }

  /** Stops the process with SIGTERM and waits for its end, 30 s at most. */
  void stop() throws IOException, InterruptedException {
    running().destroy();
    awaitExit();
  }

  private void awaitExit() throws IOException, InterruptedException {
    if (!running().waitFor(EXIT.toSeconds(), TimeUnit.SECONDS)) {
      running().destroyForcibly();
      throw new IOException(name + " did not end within " + EXIT.toSeconds() + " s");
    }
  }

  void freeze() throws IOException, InterruptedException {
    signal("-STOP");
  }

  void thaw() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String signal) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", signal, Long.toString(running().pid())).start();
    if (kill.waitFor() != 0) {
      throw new IOException("kill " + signal + " of " + name + " failed");
    }
  }

  /** Returns all processes below this one. */
  Stream<ProcessHandle> descendants() {
    return running().descendants();
  }

  private Process running() {
    Process current = process;
    if (current == null) {
      throw new IllegalStateException(name + " was never started");
    }
    return current;
  }

  /**
   * Kills the process. If another thread starts it at the same time, that process is killed too.
   */
  @Override
  public void close() {
    closed = true;
    Process current = process;
    if (current != null) {
      current.destroyForcibly();
    }
  }
}
