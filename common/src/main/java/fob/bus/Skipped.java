package fob.bus;

import fob.service.Text;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs records that were skipped because their reader cannot read them: the first one at once, and
 * how many there were since then once a minute at most. Used by one thread.
 */
public final class Skipped {

  private static final Logger LOGGER = LoggerFactory.getLogger(Skipped.class);
  private static final Duration AGAIN = Duration.ofMinutes(1);
  private static final int MOST_OF_A_REASON = 300;
  private static final int MOST_OF_A_KEY = 100;

  private final String topic;
  private long untold;
  private long toldNanos;
  private boolean hasTold;

  Skipped(String topic) {
    this.topic = topic;
  }

  public void add(ConsumerRecord<String, byte[]> record, RuntimeException why) {
    String key = Text.printable(String.valueOf(record.key()), MOST_OF_A_KEY);
    add(record.partition(), record.offset(), "its key is '" + key + "': " + why);
  }

  void add(Unreadable bad, RuntimeException why) {
    add(bad.partition().partition(), bad.offset(), why.toString());
  }

  private void add(int partition, long offset, String why) {
    if (hasTold && System.nanoTime() - toldNanos < AGAIN.toNanos()) {
      untold++;
      return;
    }
    LOGGER
        .atWarn()
        .addKeyValue("topic", topic)
        .addKeyValue("partition", partition)
        .addKeyValue("offset", offset)
        .log("skipped a record that cannot be read: {}", Text.printable(why, MOST_OF_A_REASON));
    hasTold = true;
    toldNanos = System.nanoTime();
    tellRest();
  }

  /** Logs how many there were since the last line. To be called when nothing is to be read. */
  public void tellRest() {
    if (untold > 0) {
      LOGGER
          .atWarn()
          .addKeyValue("topic", topic)
          .log("skipped {} further records that cannot be read", untold);
      untold = 0;
    }
  }
}
