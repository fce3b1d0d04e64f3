package fob.standalone;

import com.github.dockerjava.api.DockerClient;
import java.util.List;
import org.testcontainers.kafka.KafkaContainer;

/** Apache Kafka in a container, which keeps its address and data over a crash. */
final class BrokerContainer implements AutoCloseable {

  private final KafkaContainer kafka =
      new KafkaContainer("apache/kafka:4.4.0")
          // After a crash the broker waits until its former session has ended: not for 9 s here.
          .withEnv("KAFKA_BROKER_SESSION_TIMEOUT_MS", "3000")
          .withEnv("KAFKA_BROKER_HEARTBEAT_INTERVAL_MS", "500");

  /** Starts the broker and waits until it is ready. */
  BrokerContainer() {
    // A port that Docker chose would be another one after a crash.
    kafka.setPortBindings(List.of("127.0.0.1:" + Ports.free() + ":9092"));
    kafka.start();
  }

  String bootstrapServers() {
    return kafka.getBootstrapServers();
  }

  /** Kills the broker with SIGKILL. */
  void kill() {
    docker().killContainerCmd(kafka.getContainerId()).exec();
  }

  /** Starts the broker again with its data. It is ready some seconds later. */
  void startAgain() {
    docker().startContainerCmd(kafka.getContainerId()).exec();
  }

  /** Freezes the broker. Its connections stay open, but it does not answer. */
  void pause() {
    docker().pauseContainerCmd(kafka.getContainerId()).exec();
  }

  void unpause() {
    docker().unpauseContainerCmd(kafka.getContainerId()).exec();
  }

  @Override
  public void close() {
    kafka.close();
  }

  private DockerClient docker() {
    return kafka.getDockerClient();
  }
}
