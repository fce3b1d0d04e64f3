package fob.gateway;

import fob.bus.BusHealth;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/** Puts registrations on the bus and waits until they are replicated. Thread-safe. */
final class RegistrationPublisher {

  private final Producer<String, byte[]> producer;
  private final BusHealth health;

  RegistrationPublisher(Producer<String, byte[]> producer, BusHealth health) {
    this.producer = producer;
    this.health = health;
  }

  /**
   * Blocks until the record is in the log.
   *
   * @throws Problem if it is not known to be
   */
  void publish(ProducerRecord<String, byte[]> record) {
    if (health.problem().isPresent()) {
      throw Problem.busUnavailable(health.problem().get() + "; nothing was registered or removed");
    }
    try {
      producer.send(record).get();
    } catch (ExecutionException | KafkaException e) {
      throw Problem.busUnavailable(
          "the bus did not confirm the request, so it may or may not take effect: "
              + (e.getCause() == null ? e : e.getCause()).getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.ofGateway(503, "stopping", "this gateway is stopping");
    }
  }
}
