package fob.driver.install;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The one step of a server: a process of its own, which has no token and a time limit. Thread-safe,
 * and {@link #run} is for the thread that took the step.
 */
final class Step {

  private static final int MOST_LINES = 40;
  private static final int LONGEST_LINE = 1000;
  private static final Duration LAST_OUTPUT = Duration.ofSeconds(5);

  /** The path of run.sh, which starts the command that this process is. */
  private static final String RUN = System.getProperty("fob.run", "/fob/driver/run.sh");

  private enum State {
    WAITING,
    WORKING,
    DONE
  }

  /**
   * How it has ended.
   *
   * @param exit the exit code; null: it was over the time limit
   * @param lines the last lines of its output
   */
  record End(@Nullable Integer exit, List<String> lines) {}

  private final Path folder;
  private final Path archive;
  private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
  private final Deque<String> lines = new ArrayDeque<>(); // guarded by itself
  private volatile @Nullable Process process;

  Step(Path folder) {
    this.folder = folder.resolve("fob");
    this.archive = folder.resolve("out.tar.gz");
  }

  /** Where the output is after a step that succeeded. */
  Path archive() {
    return archive;
  }

  String state() {
    return switch (state.get()) {
      case WAITING -> "waiting";
      case WORKING -> "working";
      case DONE -> "done";
    };
  }

  /** Whether the step is the caller's. */
  boolean take() {
    return state.compareAndSet(State.WAITING, State.WORKING);
  }

  End run(StepRequest request, Path body) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + request.timeout().toNanos();
    Files.createDirectory(folder);
    Path code = Files.createDirectory(folder.resolve("code"));
    Path out = Files.createDirectory(folder.resolve("out"));
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    List<List<String>> commands = new ArrayList<>();
    if (request.verb().equals("lock")) {
      commands.add(List.of("tar", "-xzf", body.toString(), "-C", code.toString()));
    } else {
      Files.move(body, folder.resolve("lock.json"));
    }
    commands.add(List.of("/bin/sh", RUN, "install", request.verb(), folder.toString()));
    commands.add(
        List.of(
            "tar", "--hard-dereference", "-czf", archive.toString(), "-C", out.toString(), "."));
    Integer exit = 0;
    for (List<String> command : commands) {
      exit = execute(command, request.variables(), temporary, deadline);
      if (exit == null || exit != 0) {
        break;
      }
    }
    state.set(State.DONE);
    synchronized (lines) {
      return new End(exit, List.copyOf(lines));
    }
  }

  private @Nullable Integer execute(
      List<String> command, Map<String, String> variables, Path temporary, long deadline)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("FOB_"));
    builder.environment().put("HOME", temporary.toString());
    builder.environment().put("TMPDIR", temporary.toString());
    builder.environment().putAll(variables);
    Process started = builder.start();
    process = started;
    started.getOutputStream().close();
    Thread reader = Thread.ofPlatform().daemon().start(() -> read(started.getInputStream()));
    boolean ended =
        started.waitFor(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    kill();
    int exit = started.waitFor();
    reader.join(LAST_OUTPUT);
    return ended ? exit : null;
  }

  /** Ends the process that runs, with all that it has started. */
  void kill() {
    Process running = process;
    if (running != null) {
      running.descendants().forEach(ProcessHandle::destroyForcibly);
      running.destroyForcibly();
    }
  }

  private void read(InputStream output) {
    StringBuilder line = new StringBuilder();
    byte[] buffer = new byte[LONGEST_LINE];
    try (output) {
      for (int read = output.read(buffer); read >= 0; read = output.read(buffer)) {
        System.err.write(buffer, 0, read);
        for (char each : new String(buffer, 0, read, StandardCharsets.UTF_8).toCharArray()) {
          if (each == '\n') {
            keep(line);
          } else if (line.length() < LONGEST_LINE) {
            line.append(each);
          }
        }
      }
    } catch (IOException e) {
      System.err.println("the output broke off: " + e.getMessage());
    }
    if (!line.isEmpty()) {
      keep(line);
    }
  }

  private void keep(StringBuilder line) {
    synchronized (lines) {
      lines.add(line.toString());
      if (lines.size() > MOST_LINES) {
        lines.remove();
      }
    }
    line.setLength(0);
  }
}
