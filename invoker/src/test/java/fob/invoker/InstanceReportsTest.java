package fob.invoker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.bus.wire.Topics;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InstanceReportsTest {

  private final MockProducer<String, byte[]> producer =
      new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer());
  private final BusWriter writer = new BusWriter(producer);
  private final AtomicLong nanos = new AtomicLong();
  private final InstanceReports reports = new InstanceReports(writer, nanos::get);

  @AfterEach
  void close() {
    writer.close();
  }

  private void report(String instance) {
    reports.report(Fixtures.ID, instance, "it does not answer");
  }

  private void awaitSent(int count) {
    await()
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> producer.history().size() == count);
  }

  @Test
  void aReportIsOnItsTopicUnderTheFunctionsId() {
    // When
    report("i-1");

    // Then
    awaitSent(1);
    assertThat(producer.history().getFirst().topic()).isEqualTo(Topics.REPORTS.name());
    assertThat(producer.history().getFirst().key()).isEqualTo(Fixtures.ID.toString());
    assertThat(producer.history().getFirst().value()).asString().contains("\"i-1\"");
  }

  @Test
  void oneInstanceIsReportedOnceASecond() {
    // Given
    report("i-1");
    report("i-1");
    report("i-2");
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(999));
    report("i-1");
    awaitSent(2);

    // When
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
    report("i-1");

    // Then
    awaitSent(3);
  }

  @Test
  void aReportThatCannotBeWrittenIsGivenUp() {
    // Given
    report("i-1");
    awaitSent(1);

    // When
    producer.errorNext(new TimeoutException("the broker is away"));
    report("i-2");

    // Then
    awaitSent(2);
    assertThat(producer.history().getLast().value()).asString().contains("\"i-2\"");
  }
}
