package fob.cli;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Waits until a file, or a file below a folder, is saved. Used by one thread.
 *
 * @param only the one file that counts; null if all do
 */
record Saves(WatchService watcher, @Nullable Path only) implements AutoCloseable {

  /** Editors save in several steps. */
  private static final int QUIET_MS = 100;

  /** Watches a file, by its folder, since editors replace files; or a folder with those below. */
  static Saves of(Path path) throws IOException {
    boolean all = Files.isDirectory(path);
    Path top = all ? path : path.resolveSibling("").toAbsolutePath();
    WatchService watcher = top.getFileSystem().newWatchService();
    register(watcher, top, all);
    return new Saves(watcher, all ? null : path.getFileName());
  }

  /** Watches a folder, and those below it that are sent. */
  private static void register(WatchService watcher, Path folder, boolean all) throws IOException {
    folder.register(watcher, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE);
    if (all) {
      try (Stream<Path> below = Files.list(folder)) {
        for (Path each : below.filter(Files::isDirectory).toList()) {
          if (!Upload.isLeftOut(each.getFileName().toString())) {
            register(watcher, each, true);
          }
        }
      }
    }
  }

  /** Waits for a save, and then until nothing has been written for a moment. */
  void await() throws IOException, InterruptedException {
    boolean saved = false;
    while (!saved) {
      saved = counts(watcher.take());
    }
    WatchKey key = watcher.poll(QUIET_MS, TimeUnit.MILLISECONDS);
    while (key != null) {
      counts(key);
      key = watcher.poll(QUIET_MS, TimeUnit.MILLISECONDS);
    }
  }

  private boolean counts(WatchKey key) throws IOException {
    boolean any = false;
    for (WatchEvent<?> event : key.pollEvents()) {
      if (!(event.context() instanceof Path name)) {
        any = true; // events were lost
      } else if (only != null) {
        any |= only.equals(name);
      } else if (!Upload.isLeftOut(name.toString())) {
        any = true;
        Path made = ((Path) key.watchable()).resolve(name);
        if (Files.isDirectory(made)) {
          register(watcher, made, true);
        }
      }
    }
    key.reset();
    return any;
  }

  @Override
  public void close() throws IOException {
    watcher.close();
  }
}
