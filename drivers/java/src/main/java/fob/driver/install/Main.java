package fob.driver.install;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.aether.artifact.Artifact;
import org.jspecify.annotations.Nullable;

/**
 * The commands {@code lock}, {@code install} and {@code serve}. A second argument of the first two
 * stands for /fob.
 */
public final class Main {

  private final Path root;
  private final Path temporary;

  private Main(Path root, Path temporary) {
    this.root = root;
    this.temporary = temporary;
  }

  /** The entry point. */
  public static void main(String[] args) {
    if (args.length == 1 && args[0].equals("serve")) {
      serve();
    } else {
      System.exit(run(args));
    }
  }

  /** Returns when the server has started; its threads keep the process alive. */
  private static void serve() {
    try {
      StepServer.start(System.getenv(), newTemporary("fob-step-"));
    } catch (Problem | IOException e) {
      System.err.println("error: " + e.getMessage());
      System.exit(2);
    }
  }

  private static Path newTemporary(String prefix) throws IOException {
    String tmp = setting("TMPDIR");
    return Files.createTempDirectory(Path.of(tmp == null ? "/tmp" : tmp), prefix);
  }

  private static int run(String[] args) {
    String command = args.length == 0 ? "" : args[0];
    if (args.length > 2 || !(command.equals("lock") || command.equals("install"))) {
      System.err.println("error: expected run.sh install lock, install or serve");
      return 2;
    }
    try {
      Path temporary = newTemporary("fob-maven-");
      try {
        Main main = new Main(Path.of(args.length > 1 ? args[1] : "/fob"), temporary);
        if (command.equals("lock")) {
          main.lock();
        } else {
          main.install();
        }
      } finally {
        delete(temporary);
      }
      return 0;
    } catch (Problem e) {
      System.err.println("error: " + e.getMessage());
    } catch (IOException e) {
      System.err.println("error: the dependencies cannot be stored: " + e);
    }
    return 1;
  }

  private void lock() throws IOException, Problem {
    String entry = setting("FOB_CODE_ENTRY");
    Path code = root.resolve("code").resolve(entry == null ? "function" : entry);
    Declared declared = Declared.in(new String(Files.readAllBytes(code), StandardCharsets.UTF_8));
    List<Artifact> found = List.of();
    if (!declared.artifacts().isEmpty()) {
      try (Repository repository = repository()) {
        found = repository.resolve(declared.artifacts());
      }
    }
    Lock.of(found, declared.java()).write(out().resolve("lock.json"));
  }

  private void install() throws IOException, Problem {
    Lock lock = Lock.read(root.resolve("lock.json"));
    if (lock.packages().isEmpty()) {
      return;
    }
    if (lock.java() != null) {
      Declared.checkJava("", lock.java());
    }
    List<Artifact> wanted = new ArrayList<>();
    lock.packages().forEach(each -> wanted.add(each.artifact()));
    try (Repository repository = repository()) {
      List<Artifact> found = repository.download(wanted);
      for (int i = 0; i < found.size(); i++) {
        add(lock.packages().get(i), found.get(i).getPath());
      }
    }
  }

  private void add(Lock.Jar locked, Path file) throws IOException, Problem {
    String hash = Lock.hash(file);
    if (!hash.equals(locked.hash())) {
      throw new Problem(
          "the hash of %s:%s %s does not match: the file in the repository has changed"
              .formatted(
                  locked.artifact().getGroupId(),
                  locked.artifact().getArtifactId(),
                  locked.artifact().getVersion()),
          List.of("expected " + locked.hash(), "got " + hash));
    }
    Files.copy(file, out().resolve(locked.file()));
  }

  private Path out() {
    return root.resolve("out");
  }

  private Repository repository() throws Problem {
    return new Repository(temporary, setting("FOB_MAVEN_REPOSITORY"));
  }

  private static @Nullable String setting(String name) {
    String value = System.getenv(name);
    return value == null || value.isEmpty() ? null : value;
  }

  static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
