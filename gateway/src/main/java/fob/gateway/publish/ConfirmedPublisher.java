package fob.gateway.publish;

import fob.gateway.http.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts records on the bus and waits until they are replicated. Thread-safe. */
public final class ConfirmedPublisher {

  private static final Logger LOGGER = LoggerFactory.getLogger(ConfirmedPublisher.class);

  private final Producer<String, byte[]> producer;
  private final Supplier<Optional<String>> busProblem;

  public ConfirmedPublisher(
      Producer<String, byte[]> producer, Supplier<Optional<String>> busProblem) {
    this.producer = producer;
    this.busProblem = busProblem;
  }

  /**
   * Blocks until all of the records are in the log.
   *
   * @throws Problem if one is not known to be
   */
  public void publish(List<ProducerRecord<String, byte[]>> records) {
    Optional<String> problem = busProblem.get();
    if (problem.isPresent()) {
      throw Problem.busUnavailable(problem.get() + "; nothing was accepted");
    }
    try {
      List<Future<?>> written = new ArrayList<>();
      for (ProducerRecord<String, byte[]> record : records) {
        written.add(producer.send(record));
      }
      for (Future<?> one : written) {
        one.get();
      }
    } catch (ExecutionException | KafkaException e) {
      throw Problem.busUnavailable(
          "the bus did not confirm the request, so it may or may not take effect: "
              + (e.getCause() == null ? e : e.getCause()).getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.ofGateway(503, "stopping", "this gateway is stopping");
    }
  }

  public void publish(ProducerRecord<String, byte[]> record) {
    publish(List.of(record));
  }

  /**
   * Does not wait: the record is a help, which comes late or never if the bus is away. The
   * producer's own send may block for seconds then, and must not on its own thread.
   */
  public void send(ProducerRecord<String, byte[]> record) {
    Thread.ofVirtual()
        .start(() -> {
          try {
            var _ = producer.send(record);
          } catch (KafkaException unavailable) {
            LOGGER
                .atDebug()
                .addKeyValue("key", record.key())
                .log("not sent: {}", unavailable.getMessage());
          }
        });
  }
}
