package fob.chaos;

import fob.chaos.check.Event;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All events of a run, in memory and in a file with one line for each. Thread-safe. */
final class History implements AutoCloseable {

  private final List<Event> events = new ArrayList<>(); // guarded by this
  private final BufferedWriter file; // guarded by this

  History(Path file) throws IOException {
    this.file = Files.newBufferedWriter(file);
  }

  synchronized void add(Event event) {
    events.add(event);
    try {
      file.write(event.toString());
      file.newLine();
    } catch (IOException e) {
      throw new UncheckedIOException("the history cannot be written", e);
    }
  }

  synchronized List<Event> events() {
    return List.copyOf(events);
  }

  @Override
  public synchronized void close() throws IOException {
    file.close();
  }
}
