package fob.gateway.publish;

import fob.gateway.http.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes records to Kafka and waits until they are replicated. Thread-safe. */
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
   * Blocks until Kafka has replicated all of the records.
   *
   * @throws Problem 503 if Kafka is down, or did not confirm a record within 10 s
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
   * Sends a best-effort record without blocking. While Kafka is down the record may be late or
   * lost.
   */
  public void send(ProducerRecord<String, byte[]> record) {
    send(record, why -> LOGGER.atDebug().addKeyValue("key", record.key()).log("not sent: {}", why));
  }

  /**
   * Sends a record without blocking. The producer's own send may block for seconds while Kafka is
   * down, so it runs on a virtual thread.
   *
   * @param failed gets the reason if Kafka does not take the record; runs on any thread
   */
  public void send(ProducerRecord<String, byte[]> record, Consumer<String> failed) {
    Thread.ofVirtual()
        .start(() -> {
          try {
            var _ =
                producer.send(
                    record,
                    (_, e) -> {
                      if (e != null) {
                        failed.accept(String.valueOf(e.getMessage()));
                      }
                    });
          } catch (KafkaException | IllegalStateException unavailable) { // or it was closed
            failed.accept(String.valueOf(unavailable.getMessage()));
          }
        });
  }
}
