package fob.standalone;

import static java.util.Map.entry;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Kafka's settings for a small broker and controller on a machine that also runs everything else.
 */
final class BrokerSettings {
  static final int NODE_ID = 1;
  static final String CLIENT_LISTENER = "PLAINTEXT";
  static final String CONTROLLER_LISTENER = "CONTROLLER";

  private BrokerSettings() {}

  static Map<String, String> of(Path log, String clientAddress, String controllerAddress) {
    Map<String, String> settings = new HashMap<>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", String.valueOf(NODE_ID));
    settings.put("log.dirs", log.toString());
    settings.put(
        "listeners",
        CLIENT_LISTENER
            + "://"
            + clientAddress
            + ","
            + CONTROLLER_LISTENER
            + "://"
            + controllerAddress);
    settings.put("controller.listener.names", CONTROLLER_LISTENER);
    settings.put(
        "listener.security.protocol.map",
        CLIENT_LISTENER + ":PLAINTEXT," + CONTROLLER_LISTENER + ":PLAINTEXT");
    // A static quorum stores no address on disk, so the controller may use a new port at each
    // start.
    settings.put("controller.quorum.voters", NODE_ID + "@" + controllerAddress);
    settings.putAll(TOPICS);
    settings.putAll(TIMES);
    settings.putAll(SIZES);
    return settings;
  }

  private static final Map<String, String> TOPICS =
      Map.ofEntries(
          entry("auto.create.topics.enable", "false"),
          entry("message.max.bytes", bytes(4)),
          // The size of a compressed record when it is unpacked, which Kafka does not limit by
          // default.
          entry("max.decompressed.message.bytes", bytes(4)),
          // An open transaction blocks all readers of its partitions.
          entry("transaction.max.timeout.ms", "60000"),
          entry("offsets.topic.num.partitions", "2"),
          entry("offsets.topic.replication.factor", "1"),
          entry("transaction.state.log.num.partitions", "1"),
          entry("transaction.state.log.replication.factor", "1"),
          entry("transaction.state.log.min.isr", "1"),
          entry("share.coordinator.state.topic.num.partitions", "1"),
          entry("share.coordinator.state.topic.replication.factor", "1"),
          entry("share.coordinator.state.topic.min.isr", "1"));

  // After a kill, the controller believes that the old broker is alive until its session ends. So a
  // restart waits 3 s instead of Kafka's 9 s. A shorter session would end whenever a busy machine
  // stalls the process. Each heartbeat costs a dozen thread switches. Kafka sends one at once when
  // it has something to tell, so start and shutdown do not wait for the next.
  private static final Map<String, String> TIMES =
      Map.ofEntries(
          entry("broker.session.timeout.ms", "3000"),
          entry("broker.heartbeat.interval.ms", "1000"),
          entry("server.max.startup.time.ms", "60000"),
          // No record that only tells other controllers that this one is alive: there are none.
          entry("metadata.max.idle.interval.ms", "0"),
          entry("group.initial.rebalance.delay.ms", "0"),
          entry("group.min.session.timeout.ms", "6000"));

  // The broker shares two cores and some hundred megabytes with all other parts of fob. Kafka
  // allocates its buffers in full; the defaults are 128 MiB, and 10 MiB for each of two indexes of
  // a
  // partition.
  private static final Map<String, String> SIZES =
      Map.ofEntries(
          entry("log.cleaner.dedupe.buffer.size", bytes(8)),
          entry("log.index.size.max.bytes", bytes(1)),
          entry("log.segment.bytes", bytes(256)),
          entry("num.network.threads", "1"),
          entry("num.io.threads", "2"),
          entry("background.threads", "2"),
          entry("num.recovery.threads.per.data.dir", "1"),
          entry("group.coordinator.threads", "1"),
          entry("group.coordinator.background.threads", "1"),
          entry("share.coordinator.threads", "1"),
          entry("metric.reporters", ""));

  private static String bytes(int mebibytes) {
    return String.valueOf(mebibytes << 20);
  }
}
