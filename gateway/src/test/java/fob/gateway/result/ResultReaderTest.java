package fob.gateway.result;

import static org.assertj.core.api.Assertions.assertThat;

import fob.bus.LogReader;
import fob.bus.wire.ProgressWire;
import fob.bus.wire.ResponseWire;
import fob.call.Progress;
import fob.call.Reply;
import fob.call.RequestId;
import fob.call.Response;
import fob.call.Timing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ResultReaderTest {

  private static final String RESPONSE = "fob.response";
  private static final String PROGRESS = "fob.progress";
  private static final RequestId ID = new RequestId("r-1");

  /** Kafka's mock with one partition for each topic, which also answers by time. */
  private static final class Log extends MockConsumer<String, byte[]> implements LogReader {

    private final Map<TopicPartition, Long> ends = new HashMap<>();

    private Log() {
      super("earliest");
      for (String topic : List.of(RESPONSE, PROGRESS)) {
        updatePartitions(topic, List.of(new PartitionInfo(topic, 0, null, null, null)));
        TopicPartition partition = new TopicPartition(topic, 0);
        ends.put(partition, 0L);
        updateBeginningOffsets(Map.of(partition, 0L));
        updateEndOffsets(Map.of(partition, 0L));
      }
    }

    @Override
    public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
        Map<TopicPartition, Long> times) {
      Map<TopicPartition, OffsetAndTimestamp> starts = new HashMap<>();
      times.forEach((partition, time) -> starts.put(partition, new OffsetAndTimestamp(0, time)));
      return starts;
    }

    @Override
    public Uuid log(String topic) {
      return Uuid.ONE_UUID;
    }

    /** Appends a record, which the next poll returns. */
    private synchronized void append(ProducerRecord<String, byte[]> record) {
      TopicPartition partition = new TopicPartition(record.topic(), 0);
      long offset = ends.merge(partition, 1L, Long::sum) - 1;
      updateEndOffsets(Map.of(partition, offset + 1));
      schedulePollTask(() ->
          addRecord(
              new ConsumerRecord<>(
                  record.topic(),
                  0,
                  offset,
                  Instant.now().toEpochMilli(),
                  TimestampType.CREATE_TIME,
                  0,
                  0,
                  record.key(),
                  record.value(),
                  record.headers(),
                  java.util.Optional.empty())));
    }
  }

  private final Log log = new Log();
  private final ResultReader reader = new ResultReader(() -> log);

  private static ProducerRecord<String, byte[]> reply(RequestId id, String body) {
    Reply reply = new Reply.Answered(body.getBytes(StandardCharsets.UTF_8));
    return ResponseWire.encode(RESPONSE, new Response(id, "add", 1, Timing.NONE, reply));
  }

  private static ProducerRecord<String, byte[]> progress(int attempt) {
    return ProgressWire.encode(
        new Progress(ID, "add", Progress.State.ACCEPTED, attempt, null, List.of()));
  }

  private Finding find(Duration wait) throws InterruptedException {
    return reader.find(ID, Instant.now(), wait).orElseThrow();
  }

  private static String body(Finding finding) {
    assertThat(finding).isInstanceOf(Finding.Over.class);
    Response response = ((Finding.Over) finding).response();
    return new String(((Reply.Answered) response.reply()).body(), StandardCharsets.UTF_8);
  }

  @Test
  void callWithoutRecordsIsUnknown() throws InterruptedException {
    assertThat(find(Duration.ZERO)).isEqualTo(new Finding.Unknown());
  }

  @Test
  void firstReplyIsTheResultAndOthersCallsAreNot() throws InterruptedException {
    // Given
    log.append(reply(new RequestId("r-2"), "another"));
    log.append(reply(ID, "first"));
    log.append(reply(ID, "second"));

    // When, then
    assertThat(body(find(Duration.ZERO))).isEqualTo("first");
  }

  @Test
  void latestAttemptIsTheProgressWhateverTheOrder() throws InterruptedException {
    // Given
    log.append(progress(2));
    log.append(progress(1));

    // When, then
    assertThat(find(Duration.ZERO))
        .isInstanceOfSatisfying(
            Finding.Going.class, going -> assertThat(going.progress().attempt()).isEqualTo(2));
  }

  @Test
  void recordOfAnotherProgramIsSkipped() throws InterruptedException {
    // Given
    log.append(new ProducerRecord<>(PROGRESS, ID.value(), new byte[] {1}));
    log.append(progress(1));

    // When, then
    assertThat(find(Duration.ZERO)).isInstanceOf(Finding.Going.class);
  }

  @Test
  void replyThatComesDuringTheWaitIsFound() throws InterruptedException {
    // Given
    Thread later =
        Thread.ofVirtual()
            .start(() -> {
              org.awaitility.Awaitility.await().until(() -> !log.assignment().isEmpty());
              log.append(reply(ID, "late"));
            });

    // When, then
    assertThat(body(find(Duration.ofSeconds(15)))).isEqualTo("late");
    later.join();
  }

  @Test
  void closeClosesTheIdleConsumer() {
    reader.close();

    assertThat(log.closed()).isTrue();
  }
}
