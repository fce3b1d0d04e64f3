package fob.bench;

import fob.service.Threads;
import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.WakeupException;

/** Passes new records to a handler, on a thread of its own. */
final class BusReader implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration CLOSE = Duration.ofSeconds(30);

  private final Consumer<String, byte[]> consumer;
  private final Handler handler;
  private final Thread thread;

  /** Handles records, one at a time. */
  interface Handler {
    void handle(ConsumerRecord<String, byte[]> record);
  }

  /**
   * @param name of the thread
   * @param consumer is at the place to read from; closed by this
   */
  BusReader(String name, Consumer<String, byte[]> consumer, Handler handler) {
    this.consumer = consumer;
    this.handler = handler;
    this.thread = Thread.ofPlatform().daemon().name(name).start(this::run);
  }

  private void run() {
    try (consumer) {
      while (true) {
        consumer.poll(POLL).forEach(handler::handle);
      }
    } catch (WakeupException closed) {
      // close() has been called
    }
  }

  @Override
  public void close() {
    consumer.wakeup();
    Threads.join(thread, CLOSE);
  }
}
