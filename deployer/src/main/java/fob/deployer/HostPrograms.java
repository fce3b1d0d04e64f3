package fob.deployer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The programs of this machine that functions need where they do not run in containers. */
public final class HostPrograms {

  private static final int CHECK_SECONDS = 10;

  private HostPrograms() {}

  /** Returns what this machine lacks for a driver and how to get it; empty if nothing. */
  public static String missingFor(Driver driver) {
    LanguageFile file = driver.file();
    List<String> missing = new ArrayList<>();
    for (String program : file.requires()) {
      if (!Files.isExecutable(Path.of(program))) {
        missing.add(program + " is missing");
      }
    }
    if (missing.isEmpty() && !file.check().isEmpty()) {
      missing.addAll(failureOf(file.check(), driver.directory()));
    }
    if (missing.isEmpty()) {
      return "";
    }
    String advice =
        file.debian().isEmpty() ? "" : " (apt-get install " + String.join(" ", file.debian()) + ")";
    return String.join(", ", missing) + advice;
  }

  /** Runs a check, and returns what it has written if it fails. */
  private static List<String> failureOf(List<String> command, Path directory) {
    try {
      Process check =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start();
      if (!check.waitFor(CHECK_SECONDS, TimeUnit.SECONDS)) {
        check.destroyForcibly();
        return List.of("the check of its programs has not ended in " + CHECK_SECONDS + " s");
      }
      List<String> lines = check.inputReader().readAllLines();
      return check.exitValue() == 0
          ? List.of()
          : List.of(lines.isEmpty() ? "the check of its programs fails" : lines.getLast());
    } catch (IOException e) {
      return List.of("its programs cannot be checked: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of("the check of its programs was interrupted");
    }
  }
}
