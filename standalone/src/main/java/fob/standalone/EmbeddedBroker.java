package fob.standalone;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.raft.QuorumConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Kafka broker and its controller (KRaft) in this JVM, the bus of a fob that runs alone.
 *
 * <p>Started by {@link #start}, ready to serve when that returns, stopped by {@link #close} from
 * any thread. Data and cluster id stay in the folder, so a later start finds every topic, record
 * and committed offset again, on whatever port. The data survives a kill of the process at any
 * moment; like every Kafka it leaves the flushing to the operating system, so a power cut may cost
 * the last seconds.
 *
 * <p>Kafka registers no shutdown hook here: whoever starts this closes it. But when Kafka cannot go
 * on (its folder failed, the disk is full, its metadata is corrupt) it halts the whole JVM at once,
 * without shutdown hooks; see {@link BrokerFaults}.
 *
 * <p>Clients speak to it unencrypted and unauthenticated, so {@code host} should be a loopback
 * address unless the network is trusted. The controller listens on a free loopback port.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(EmbeddedBroker.class);
  private static final Duration HANDING_OVER = Duration.ofSeconds(1);
  private static final Duration STOPPING = Duration.ofSeconds(5);

  private final BrokerFolder folder;
  private final BrokerSockets sockets;
  private final ControllerServer controller;
  private final BrokerServer broker;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedBroker(BrokerFolder folder, BrokerSockets sockets) {
    this.folder = folder;
    this.sockets = sockets;
    KafkaConfig config =
        new KafkaConfig(
            BrokerSettings.of(folder.log(), sockets.clientAddress(), sockets.controllerAddress()));
    var prepared = KafkaRaftServer.initializeLogDirs(config, LOGGER, "");
    SharedServer shared =
        new SharedServer(
            config,
            prepared._1(),
            Time.SYSTEM,
            Server.initializeMetrics(config, Time.SYSTEM, prepared._1().clusterId().orElseThrow()),
            CompletableFuture.completedFuture(
                QuorumConfig.parseVoterConnections(config.quorumConfig().voters())),
            QuorumConfig.parseBootstrapServers(config.quorumConfig().bootstrapServers()),
            new BrokerFaults(),
            sockets);
    this.controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), prepared._2());
    this.broker = new BrokerServer(shared);
  }

  /**
   * Starts a broker and waits until it serves clients.
   *
   * @param dataDir its own folder, made and formatted if need be
   * @param host the address to listen on, which clients are told to use as well
   * @param port the port for clients, or 0 for a free one
   * @throws StartRefused if the port is taken, or the folder is in use, not writable or not usable
   */
  public static EmbeddedBroker start(Path dataDir, String host, int port) {
    return start(LockedFolder.lock(dataDir), host, port);
  }

  /**
   * Starts like {@link #start(Path, String, int)} on a folder that is unlocked when this closes.
   */
  static EmbeddedBroker start(LockedFolder locked, String host, int port) {
    BrokerFaults.nameEveryHalt();
    BrokerFolder folder = BrokerFolder.of(locked);
    try {
      return start(folder, BrokerSockets.bind(host, port));
    } catch (StartRefused e) {
      folder.close();
      throw e;
    }
  }

  // Kafka is Scala: it throws checked exceptions that javac knows nothing of.
  private static EmbeddedBroker start(BrokerFolder folder, BrokerSockets sockets) {
    EmbeddedBroker starting = null;
    try {
      starting = new EmbeddedBroker(folder, sockets);
      starting.controller.startup();
      starting.broker.startup();
      return starting;
    } catch (Exception e) {
      if (starting != null) {
        starting.close();
      }
      sockets.close();
      throw new StartRefused(
          "The embedded broker cannot start on its data in "
              + folder.log()
              + " ("
              + e.getMessage()
              + "): see fob's log, or move that folder away to start afresh",
          e);
    }
  }

  /** Where clients connect, as {@code host:port}. */
  public String bootstrapServers() {
    return sockets.clientAddress();
  }

  /**
   * Stops the broker and frees its folder: half a second as a rule, and 5 s at the most, after
   * which the rest is left to the end of the process. A second call does nothing.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    Thread stopping = Thread.ofPlatform().daemon().name("broker-stop").start(this::stop);
    try {
      if (!stopping.join(STOPPING)) {
        LOGGER.warn("The embedded broker does not stop; its folder stays locked until fob ends");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stop() {
    broker.shutdown(HANDING_OVER);
    controller.shutdown();
    sockets.close();
    folder.close();
  }
}
