package fob.bus.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;

/**
 * Compares records with files that show them as text. A file that has to change for a test to pass
 * is a change of the public contract.
 */
final class Golden {

  private Golden() {}

  static void assertSame(String name, ProducerRecord<String, byte[]> record) {
    assertThat(text(record)).isEqualTo(read("golden/" + name + ".txt"));
  }

  /** The record that a file shows, without headers, as a consumer gets it. */
  static ConsumerRecord<String, byte[]> record(String name) {
    String[] lines = read("golden/" + name + ".txt").split("\n", 4);
    return received(
        new ProducerRecord<>(
            lines[0].substring("topic: ".length()),
            lines[1].substring("key: ".length()),
            lines[3].strip().getBytes(UTF_8)),
        0);
  }

  private static String text(ProducerRecord<String, byte[]> record) {
    StringBuilder text = new StringBuilder();
    text.append("topic: ").append(record.topic()).append('\n');
    text.append("key: ").append(record.key()).append('\n');
    for (Header header : record.headers()) {
      text.append(header.key()).append(": ").append(new String(header.value(), UTF_8)).append('\n');
    }
    text.append('\n');
    text.append(
        Optional.ofNullable(record.value()).map(v -> new String(v, UTF_8)).orElse("(null)"));
    return text.append('\n').toString();
  }

  private static String read(String resource) {
    try (InputStream in = Golden.class.getClassLoader().getResourceAsStream(resource)) {
      return new String(Objects.requireNonNull(in, resource + " is missing").readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The record as a consumer gets it. */
  static ConsumerRecord<String, byte[]> received(
      ProducerRecord<String, byte[]> record, long timestamp) {
    return new ConsumerRecord<>(
        record.topic(),
        3,
        42,
        timestamp,
        TimestampType.CREATE_TIME,
        0,
        0,
        record.key(),
        record.value(),
        record.headers(),
        Optional.empty());
  }
}
