package fob.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.bus.wire.Topic;
import fob.bus.wire.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** fob keeps working, also after a restart, whatever records are written to its topics. */
@Timeout(300)
class HostileRecordsIT {

  private static final Pattern KAFKA = Pattern.compile("Kafka listens at ([^;\\s]+)");
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String CODE = Repository.example("helloworld.py");
  private static final int MEBIBYTE = 1024 * 1024;

  @TempDir Path dir;

  private static void assertServes(FobClient client, String function) {
    assertThat(client.get("/api/call/" + function).text()).isEqualTo("{\"result\":42}");
    assertThat(client.get("/api/call/" + client.register("", CODE)).text())
        .isEqualTo("{\"result\":42}");
    assertThat(client.result(client.callAsync(function, "{}")).text()).isEqualTo("{\"result\":42}");
    assertThat(client.get("/api/dead").status()).isEqualTo(200);
  }

  private void assertServesAlsoAfterARestart(Strike strike) throws Exception {
    String function;
    try (FobProcess fob = FobProcess.up(dir, dir.resolve("data"));
        FobClient client = fob.awaitUp()) {
      function = client.register("", CODE);
      try (KafkaProducer<byte[], byte[]> producer = producer(fob)) {
        strike.at(producer);
      }
      assertServes(client, function);
      fob.terminate();
      assertThat(fob.awaitExit(SOON)).isZero();
    }
    long before = skips();
    try (FobProcess fob = FobProcess.up(dir, dir.resolve("data"));
        FobClient client = fob.awaitUp()) {
      assertServes(client, function);
    }
    assertThat(skips() - before).isLessThan(3L * Topics.ALL.size());
  }

  @FunctionalInterface
  private interface Strike {
    void at(KafkaProducer<byte[], byte[]> producer) throws Exception;
  }

  private long skips() throws IOException {
    try (var lines = Files.lines(dir.resolve("data/fob.log"))) {
      return lines.filter(line -> line.contains("cannot be read")).count();
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(FobProcess fob) {
    Matcher kafka = KAFKA.matcher(fob.out());
    assertThat(kafka.find()).as(fob.toString()).isTrue();
    return new KafkaProducer<>(
        Map.<String, Object>of(
            "bootstrap.servers",
            kafka.group(1),
            "compression.type",
            "gzip",
            "linger.ms",
            50,
            "batch.size",
            MEBIBYTE,
            "buffer.memory",
            200L * MEBIBYTE,
            "max.request.size",
            150 * MEBIBYTE),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static ProducerRecord<byte[], byte[]> record(
      Topic topic, byte @Nullable [] key, byte @Nullable [] value) {
    return new ProducerRecord<>(topic.name(), key, value);
  }

  @Test
  void junkOnEveryTopic() throws Exception {
    assertServesAlsoAfterARestart(producer -> {
      for (Topic topic : Topics.ALL) {
        for (byte[] value : List.of(new byte[0], utf8("{"), utf8("[1,2]"), utf8("{\"v\":99}"))) {
          for (String key : List.of("", "a", "_platform", "0123456789abcdef\u001b[31m\nforged")) {
            var _ = producer.send(withHeaders(record(topic, utf8(key), value)));
          }
        }
        var _ =
            producer.send(record(topic, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 10}, utf8("{}")));
        var _ = producer.send(record(topic, utf8("nothing"), null));
        if (!topic.config().getOrDefault("cleanup.policy", "").contains("compact")) {
          var _ = producer.send(record(topic, null, null));
          var _ = producer.send(record(topic, null, utf8("{}")));
        }
      }
      producer.flush();
    });
  }

  private static ProducerRecord<byte[], byte[]> withHeaders(ProducerRecord<byte[], byte[]> record) {
    record
        .headers()
        .add("fob-status", utf8("of-a-future-version"))
        .add("fob-request-id", new byte[] {(byte) 0xff, 10, 0})
        .add("fob-spec", utf8("{\"v\":99,\"language\":7}"))
        .add("fob-deadline", utf8("-9223372036854775808"))
        .add("fob-attempt", utf8("999999999999"))
        .add("fob-reply-to", utf8("no/topic"))
        .add("fob-history", utf8("{"))
        .add("huge", new byte[50_000])
        .add("none", null);
    return record;
  }

  @Test
  void recordsThatUnpackToMoreThanARecordMayHaveAreRefused() throws Exception {
    assertServesAlsoAfterARestart(producer -> {
      for (Topic topic : Topics.ALL) {
        assertThatThrownBy(
                () -> producer.send(record(topic, utf8("bomb"), new byte[100 * MEBIBYTE])).get())
            .as(topic.name())
            .isInstanceOf(ExecutionException.class)
            .hasCauseInstanceOf(InvalidRecordException.class);
      }
    });
  }

  @Test
  void batchesThatUnpackToManyLargeRecordsAreReadBitByBit() throws Exception {
    assertServesAlsoAfterARestart(producer -> {
      for (Topic topic : Topics.ALL) {
        for (int i = 0; i < 40; i++) {
          var _ = producer.send(record(topic, utf8("large-" + i), new byte[MEBIBYTE - 1024]));
        }
        producer.flush();
      }
    });
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
