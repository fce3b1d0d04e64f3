package fob.deployer.local;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the lines that one driver writes to its standard output. A driver has little to say there:
 * one that goes on and on is killed, as it would keep this process busy. Thread-safe.
 */
final class DriverEvents {

  private static final Logger LOGGER = LoggerFactory.getLogger(DriverEvents.class);
  private static final int MOST_LINES = 1000;

  private final Consumer<DriverEvent> ears;
  private final Consumer<String> kill;
  private final AtomicInteger lines = new AtomicInteger();

  /**
   * @param kill gets the reason
   */
  DriverEvents(Consumer<DriverEvent> ears, Consumer<String> kill) {
    this.ears = ears;
    this.kill = kill;
  }

  void line(byte[] line) {
    int count = lines.incrementAndGet();
    if (count > MOST_LINES) {
      if (count == MOST_LINES + 1) {
        kill.accept("it wrote more than " + MOST_LINES + " lines to its driver's event stream");
      }
      return;
    }
    DriverEvent.parse(line)
        .ifPresentOrElse(ears, () -> LOGGER.atDebug().log("a line is not an event"));
  }
}
