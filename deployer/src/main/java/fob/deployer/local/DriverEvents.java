package fob.deployer.local;

import fob.deployer.Ending;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the lines that one driver writes to its standard output. A driver writes few lines there,
 * so an instance that writes more than a thousand is killed: it would keep fob busy. Thread-safe.
 */
final class DriverEvents {

  private static final Logger LOGGER = LoggerFactory.getLogger(DriverEvents.class);
  private static final int MOST_LINES = 1000;

  private final Consumer<DriverEvent> listener;
  private final Consumer<Ending> kill;
  private final AtomicInteger lines = new AtomicInteger();

  /**
   * Creates a reader.
   *
   * @param listener gets each event, on the calling thread
   * @param kill ends the instance; gets the reason
   */
  DriverEvents(Consumer<DriverEvent> listener, Consumer<Ending> kill) {
    this.listener = listener;
    this.kill = kill;
  }

  /** Reads one line; a line that is no event is ignored. */
  void line(byte[] line) {
    int count = lines.incrementAndGet();
    if (count > MOST_LINES) {
      if (count == MOST_LINES + 1) {
        kill.accept(
            Ending.other(
                "it wrote more than " + MOST_LINES + " lines to its driver's event stream"));
      }
      return;
    }
    DriverEvent.parse(line)
        .ifPresentOrElse(listener, () -> LOGGER.atDebug().log("a line is not an event"));
  }
}
