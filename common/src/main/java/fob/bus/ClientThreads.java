package fob.bus;

import fob.service.UncaughtErrors;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Makes Kafka's producers and admin clients, and watches their threads. A client whose thread has
 * died answers nothing any more, and tells nobody. So the death of such a thread ends the process.
 * Consumers need no such watch: the loop that polls one of them notices.
 */
final class ClientThreads {

  private ClientThreads() {}

  static Producer<String, byte[]> producer(Map<String, Object> config) {
    var producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    UncaughtErrors.watch("kafka-producer-network-thread");
    return producer;
  }

  static Admin admin(Map<String, Object> config) {
    Admin admin = Admin.create(config);
    UncaughtErrors.watch("kafka-admin-client-thread");
    return admin;
  }
}
