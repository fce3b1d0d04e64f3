package fob.bus.loop;

/** A record that a {@link RecordHandler} works on. Thread-safe. */
@FunctionalInterface
public interface Delivery {

  /**
   * Ends the work on the record: Kafka need not deliver it again. To be called once. If the
   * partition has moved and {@link #begin} has returned false, this only frees the record's memory.
   */
  void done();

  /**
   * Asks whether this member may run the record. To be called before the record has any effect.
   * Blocks while this process has stood still and does not know yet whether it was replaced.
   *
   * @return false if the partition has moved to another member, which will run the record. After
   *     true this member must finish the record, also if its partition moves meanwhile
   */
  default boolean begin() {
    return true;
  }
}
