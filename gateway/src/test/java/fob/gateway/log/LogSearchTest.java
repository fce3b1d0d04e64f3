package fob.gateway.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fob.bus.LogReader;
import fob.bus.wire.LogWire;
import fob.function.FunctionId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class LogSearchTest {

  private static final TopicPartition PARTITION = new TopicPartition("fob.logs", 0);
  private static final FunctionId ID = FunctionId.random();
  private static final FunctionId OTHER = FunctionId.random();
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final int MOST_BYTES = 1024 * 1024;

  /** Kafka's mock with a log that can be read again. */
  private static final class Log extends MockConsumer<String, byte[]> implements LogReader {

    private static final int AT_ONCE = 32;

    private final List<ConsumerRecord<String, byte[]>> log = new ArrayList<>();
    private int polled;

    private Log() {
      super("earliest");
    }

    private void append(FunctionId function, String... texts) {
      List<byte[]> lines = new ArrayList<>();
      for (String text : texts) {
        lines.add(LogWire.line(AT.plusSeconds(log.size()), "r-" + log.size(), text));
      }
      ProducerRecord<String, byte[]> record = LogWire.encode(function, null, lines);
      log.add(new ConsumerRecord<>("fob.logs", 0, log.size(), record.key(), record.value()));
      updateBeginningOffsets(Map.of(PARTITION, 0L));
      updateEndOffsets(Map.of(PARTITION, (long) log.size()));
    }

    @Override
    public synchronized ConsumerRecords<String, byte[]> poll(Duration timeout) {
      int from = (int) position(PARTITION);
      int to = Math.min(log.size(), from + AT_ONCE);
      seek(PARTITION, to);
      polled += to - from;
      return new ConsumerRecords<>(Map.of(PARTITION, log.subList(from, to)), Map.of());
    }

    @Override
    public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
        Map<TopicPartition, Long> times) {
      long seconds = (times.getOrDefault(PARTITION, 0L) - AT.toEpochMilli()) / 1000;
      return seconds >= log.size()
          ? Map.of()
          : Map.of(PARTITION, new OffsetAndTimestamp(Math.max(0, seconds), 0));
    }

    @Override
    public Uuid log(String topic) {
      return Uuid.ONE_UUID;
    }
  }

  private final Log log = new Log();

  private LogSearch.Found find(LogQuery query, PlacedLine.Place after, int mostBytes) {
    return new LogSearch(log, PARTITION, ID, query, mostBytes, () -> false).find(after);
  }

  private List<String> find(String... query) {
    Map<String, String> parameters = new HashMap<>();
    for (int i = 0; i < query.length; i += 2) {
      parameters.put(query[i], query[i + 1]);
    }
    LogQuery wanted = LogQuery.of(parameters, AT);
    LogSearch.Found found = find(wanted, PlacedLine.Place.START, MOST_BYTES);
    assertThat(found.note()).isEmpty();
    return found.lines().stream().map(line -> line.line().text()).toList();
  }

  @Test
  void emptyLogHasNoLines() {
    log.append(OTHER, "not mine");
    assertThat(find()).isEmpty();
  }

  @Test
  void lastLinesAreInTheirOrderAndOthersAreNotAmongThem() {
    // Given
    for (int i = 0; i < 5_000; i++) {
      log.append(i % 3 == 0 ? ID : OTHER, "a " + i, "b " + i);
    }

    // When / Then
    assertThat(find("tail", "3")).containsExactly("b 4995", "a 4998", "b 4998");
    assertThat(log.polled).isLessThan(200);
    assertThat(find("tail", "10000"))
        .isEqualTo(
            IntStream.range(0, 5_000)
                .filter(i -> i % 3 == 0)
                .boxed()
                .flatMap(i -> List.of("a " + i, "b " + i).stream())
                .toList());
  }

  @Test
  void recordsThatAreTooOldAreNotRead() {
    // Given
    for (int i = 0; i < 1_000; i++) {
      log.append(ID, "line " + i);
    }

    // When
    List<String> found = find("since", AT.plusSeconds(998).toString());

    // Then
    assertThat(found).containsExactly("line 998", "line 999");
    assertThat(log.polled).isLessThan(150);
  }

  @Test
  void linesOfOneRequestOrLevelAreFound() {
    // Given
    log.append(ID, "ERROR one", "two");
    log.append(ID, "INFO three", "WARN four");

    // When / Then
    assertThat(find("request", "r-0")).containsExactly("one", "two");
    assertThat(find("level", "warn")).containsExactly("one", "four");
  }

  @Test
  void onlyLinesAfterThePlaceAreFound() {
    // Given
    log.append(ID, "one", "two", "three");
    log.append(ID, "four");

    // When
    LogQuery all = LogQuery.of(Map.of(), AT);
    LogSearch.Found found = find(all, PlacedLine.Place.parse("0.1").orElseThrow(), MOST_BYTES);

    // Then
    assertThat(found.lines())
        .extracting(line -> line.place() + " " + line.line().text())
        .containsExactly("0.2 three", "1.0 four");
  }

  @Test
  void replyIsBoundedAndSaysSo() {
    // Given
    for (int i = 0; i < 100; i++) {
      log.append(ID, "x".repeat(1_000) + i);
    }

    // When
    LogSearch.Found found = find(LogQuery.of(Map.of(), AT), PlacedLine.Place.START, 20_000);

    // Then
    assertThat(found.lines()).hasSizeBetween(5, 20);
    assertThat(found.lines().getLast().line().text()).endsWith("x99");
    assertThat(found.note()).hasValueSatisfying(note -> assertThat(note).contains("earlier lines"));
  }

  @Test
  void foreignRecordsAreNoLines() {
    // Given
    log.append(ID, "one");
    log.log.add(new ConsumerRecord<>("fob.logs", 0, 1, ID.toString(), "?".getBytes(UTF_8)));
    log.log.add(new ConsumerRecord<>("fob.logs", 0, 2, null, null));
    log.append(ID, "two");

    // When / Then
    assertThat(find()).containsExactly("one", "two");
  }
}
