package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EmbeddedBrokerIT {
  private static final String HOST = "127.0.0.1";

  @TempDir Path dir;

  @Test
  void restartOnOtherPortsKeepsTopicsRecordsAndOffsets() throws Exception {
    // Given
    String cluster;
    int port;
    try (EmbeddedBroker broker = EmbeddedBroker.start(dir, HOST, 0)) {
      createTopic(broker, "birds");
      produce(broker, "birds", "robin");
      assertThat(consume(broker, "birds", "watchers")).containsExactly("robin");
      produce(broker, "birds", "wren");
      cluster = clusterId(broker);
      port = Integer.parseInt(broker.bootstrapServers().substring(HOST.length() + 1));
    }

    // When
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
        EmbeddedBroker broker = EmbeddedBroker.start(dir, HOST, 0)) {

      // Then
      assertThat(broker.bootstrapServers()).isNotEqualTo(HOST + ":" + taken.getLocalPort());
      assertThat(consume(broker, "birds", "watchers")).containsExactly("wren");
      assertThat(clusterId(broker)).isEqualTo(cluster);
    }
  }

  @Test
  void takesRecordsOfFourMegabytesLessTheirHeader() throws Exception {
    String large = "x".repeat((4 << 20) - 1024);
    try (EmbeddedBroker broker = EmbeddedBroker.start(dir, HOST, 0)) {
      createTopic(broker, "large");

      produce(broker, "large", large);

      assertThat(consume(broker, "large", "readers")).containsExactly(large);
    }
  }

  @Test
  void folderOfARunningBrokerIsRefused() {
    try (EmbeddedBroker running = EmbeddedBroker.start(dir, HOST, 0)) {
      assertThat(running.bootstrapServers()).startsWith(HOST);

      assertThatExceptionOfType(StartRefused.class)
          .isThrownBy(() -> EmbeddedBroker.start(dir, HOST, 0))
          .withMessageContaining("in use by another running fob")
          .withMessageContaining(dir.toString());
    }
  }

  @Test
  void closeIsQuickAndMayBeRepeated() {
    EmbeddedBroker broker = EmbeddedBroker.start(dir, HOST, 0);

    long before = System.nanoTime();
    broker.close();
    broker.close();

    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void unusableDataIsRefused() throws IOException {
    EmbeddedBroker.start(dir, HOST, 0).close();
    Files.writeString(
        dir.resolve("log/meta.properties"), "version=1\nnode.id=7\ncluster.id=other\n");

    assertThatExceptionOfType(StartRefused.class)
        .isThrownBy(() -> EmbeddedBroker.start(dir, HOST, 0))
        .withMessageContaining("cannot start with the data in " + dir.resolve("log"));
  }

  private static void createTopic(EmbeddedBroker broker, String topic) throws Exception {
    try (Admin admin = admin(broker)) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    }
  }

  private static String clusterId(EmbeddedBroker broker) throws Exception {
    try (Admin admin = admin(broker)) {
      return admin.describeCluster().clusterId().get();
    }
  }

  private static Admin admin(EmbeddedBroker broker) {
    return Admin.create(
        Map.<String, Object>of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()));
  }

  private static void produce(EmbeddedBroker broker, String topic, String value) throws Exception {
    Map<String, Object> settings =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            broker.bootstrapServers(),
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            4 << 20);
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>(topic, "key", value)).get();
    }
  }

  private static List<String> consume(EmbeddedBroker broker, String topic, String group) {
    Map<String, Object> settings =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            broker.bootstrapServers(),
            ConsumerConfig.GROUP_ID_CONFIG,
            group,
            ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
            6_000,
            ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
            50,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest");
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      while (values.isEmpty()) {
        for (ConsumerRecord<String, String> consumed : consumer.poll(Duration.ofSeconds(1))) {
          values.add(consumed.value());
        }
      }
      consumer.commitSync();
    }
    return values;
  }
}
