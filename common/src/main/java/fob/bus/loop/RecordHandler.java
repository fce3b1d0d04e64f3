package fob.bus.loop;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Works on the records that a {@link ConsumerLoop} reads. */
@FunctionalInterface
public interface RecordHandler {

  /** Takes a record over. Runs on the poll thread, so it must not block. */
  void handle(ConsumerRecord<String, byte[]> record, Delivery delivery);
}
