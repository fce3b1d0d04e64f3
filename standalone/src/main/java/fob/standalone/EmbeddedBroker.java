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
 * A Kafka broker and its controller (KRaft) in this JVM.
 *
 * <p>{@link #start} returns when the broker serves clients. Any thread may call {@link #close}. The
 * data and the cluster id stay in the folder. So a later start, also on another port, finds all
 * topics, records and committed offsets. The data survives a kill of the process. The operating
 * system flushes the files, as with every Kafka, so a power cut may lose the last seconds.
 *
 * <p>Kafka registers no shutdown hook; the caller closes the broker. When Kafka cannot go on (its
 * folder failed, the disk is full, its metadata is corrupt), it halts the JVM at once without
 * shutdown hooks; see {@link BrokerFaults}.
 *
 * <p>Clients connect without encryption and authentication. So {@code host} should be a loopback
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
   * @param dataDir the broker's folder, which is created and formatted if necessary
   * @param host the address to listen on, which is also the address for clients
   * @param port the port for clients; 0 takes a free port
   * @throws StartRefused if the port is in use, or the folder is in use, not writable or damaged
   */
  public static EmbeddedBroker start(Path dataDir, String host, int port) {
    return start(LockedFolder.lock(dataDir), host, port);
  }

  /**
   * Starts like {@link #start(Path, String, int)} on a folder that is unlocked when this closes.
   */
  static EmbeddedBroker start(LockedFolder locked, String host, int port) {
    BrokerFaults.nameEveryHalt();
    BrokerTimers.endMeters();
    BrokerFolder folder = BrokerFolder.of(locked);
    try {
      return start(folder, BrokerSockets.bind(host, port));
    } catch (StartRefused e) {
      folder.close();
      throw e;
    }
  }

  // Kafka is written in Scala and throws checked exceptions that it does not declare.
  private static EmbeddedBroker start(BrokerFolder folder, BrokerSockets sockets) {
    EmbeddedBroker starting = null;
    try {
      starting = new EmbeddedBroker(folder, sockets);
      starting.controller.startup();
      starting.broker.startup();
      BrokerTimers.endUnused(starting.broker);
      return starting;
    } catch (Exception e) {
      if (starting != null) {
        starting.close();
      }
      sockets.close();
      throw new StartRefused(
          "the embedded broker cannot start with the data in "
              + folder.log()
              + " ("
              + e.getMessage()
              + "): see fob's log, or move that folder away to start afresh",
          e);
    }
  }

  /** Returns the address for clients, as {@code host:port}. */
  public String bootstrapServers() {
    return sockets.clientAddress();
  }

  /**
   * Stops the broker and unlocks its folder. This takes some 0.5 s. After 5 s it returns although
   * the broker has not stopped yet. A second call does nothing.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    Thread stopping = Thread.ofPlatform().daemon().name("broker-stop").start(this::stop);
    try {
      if (!stopping.join(STOPPING)) {
        LOGGER.warn("the embedded broker has not stopped after {} s", STOPPING.toSeconds());
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
