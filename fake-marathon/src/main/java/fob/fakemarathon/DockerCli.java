package fob.fakemarathon;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Runs the {@code docker} command. Thread-safe. */
final class DockerCli {

  /** What a command printed, without the space around it. */
  record Result(int exitCode, String out, String err) {
    boolean isOk() {
      return exitCode == 0;
    }
  }

  private DockerCli() {}

  /** Runs a command to its end; an interrupt ends it, with exit code -1. */
  static Result run(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add("docker");
    command.addAll(arguments);
    try {
      Process process = new ProcessBuilder(command).start();
      process.getOutputStream().close();
      CompletableFuture<String> out = read(process.getInputStream());
      CompletableFuture<String> err = read(process.getErrorStream());
      try {
        int code = process.waitFor();
        return new Result(code, out.join(), err.join());
      } catch (InterruptedException e) {
        process.destroy();
        Thread.currentThread().interrupt();
        return new Result(-1, "", "interrupted");
      }
    } catch (IOException e) {
      return new Result(-1, "", "the docker command cannot be run: " + e.getMessage());
    }
  }

  /**
   * Runs a command to its end, interrupted or not: one that makes something must not be left half
   * way, as nobody would know what it has made.
   */
  static Result runToEnd(List<String> arguments) {
    FutureTask<Result> command = new FutureTask<>(() -> run(arguments));
    Thread.ofVirtual().start(command);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return command.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          return new Result(-1, "", String.valueOf(e.getCause()));
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  static Result run(String... arguments) {
    return run(List.of(arguments));
  }

  private static CompletableFuture<String> read(InputStream stream) {
    CompletableFuture<String> text = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try (stream) {
            text.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip());
          } catch (IOException | UncheckedIOException e) {
            text.complete("");
          }
        });
    return text;
  }
}
