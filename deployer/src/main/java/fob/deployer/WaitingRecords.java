package fob.deployer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The newest record of each key that is not being written, in the order of their writes. Not
 * thread-safe.
 */
final class WaitingRecords {

  /**
   * A record that waits.
   *
   * @param written runs once Kafka has this record, or a newer one of the same key
   */
  record Waiting(ProducerRecord<String, byte[]> record, List<Runnable> written) {}

  private final Map<String, Waiting> records = new LinkedHashMap<>();

  /** A record that replaces another one is written last, as what it refers to may wait as well. */
  void put(Waiting newer) {
    Waiting older = records.remove(key(newer));
    if (older == null) {
      records.put(key(newer), newer);
    } else {
      List<Runnable> both = new ArrayList<>(older.written());
      both.addAll(newer.written());
      records.put(key(newer), new Waiting(newer.record(), both));
    }
  }

  /** Takes all of them. */
  List<Waiting> takeAll() {
    List<Waiting> all = List.copyOf(records.values());
    records.clear();
    return all;
  }

  /** Puts records back that were taken and not written, before those that came meanwhile. */
  void putBack(List<Waiting> failed) {
    List<Waiting> newer = takeAll();
    failed.forEach(this::put);
    newer.forEach(this::put);
  }

  private static String key(Waiting one) {
    return one.record().topic() + "/" + one.record().key();
  }
}
