package fob.gateway.access;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.access.AuditEntry;
import fob.bus.LogReader;
import fob.bus.ReaderPool;
import fob.bus.wire.AuditWire;
import fob.bus.wire.Json;
import fob.bus.wire.Topics;
import fob.gateway.http.Problem;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Shows who changed what. Thread-safe. */
public final class AuditHandler implements AutoCloseable {

  private static final TopicPartition PARTITION = new TopicPartition(Topics.AUDIT.name(), 0);
  private static final int MOST_READERS = 1;
  private static final int DEFAULT_LIMIT = 100;
  private static final int MOST = 1000;
  private static final Duration LONGEST_QUEUE = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(100);

  private final ReaderPool readers;

  /**
   * @param readers makes consumers for {@code assign()}; this closes them
   */
  public AuditHandler(Supplier<LogReader> readers) {
    this.readers = new ReaderPool(readers, MOST_READERS);
  }

  /** Lists the newest entries, the newest first. */
  public void list(Context http, Map<String, String> query) throws InterruptedException {
    http.contentType("application/json").result(Json.bytes(newest(limit(query.get("limit")))));
  }

  /**
   * Returns what {@link #list} answers without a limit in the query. Blocks.
   *
   * @throws Problem 429 if others read for too long, 503 if Kafka cannot be read
   */
  public ObjectNode newest() throws InterruptedException {
    return newest(DEFAULT_LIMIT);
  }

  private ObjectNode newest(int limit) throws InterruptedException {
    LogReader reader = readers.take(LONGEST_QUEUE);
    if (reader == null) {
      throw Problem.ofGateway(429, "overloaded", "too many clients read the audit log at once")
          .header("Retry-After", "5");
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode audit = json.putArray("audit");
    try {
      newest(reader, limit).reversed().forEach(entry -> audit.add(AuditWire.json(entry)));
    } catch (KafkaException e) {
      throw Problem.busUnavailable("the audit log cannot be read now: " + e.getMessage());
    } finally {
      readers.giveBack(reader);
    }
    return json;
  }

  /** Reads the last records. Those that are no entries are left out. */
  private static List<AuditEntry> newest(LogReader reader, int limit) {
    List<TopicPartition> partition = List.of(PARTITION);
    long deadline = System.nanoTime() + LONGEST.toNanos();
    reader.assign(partition);
    long begin = reader.beginningOffsets(partition).getOrDefault(PARTITION, 0L);
    long end = reader.endOffsets(partition).getOrDefault(PARTITION, 0L);
    reader.seek(PARTITION, Math.max(begin, end - limit));
    List<AuditEntry> entries = new ArrayList<>();
    while (reader.position(PARTITION) < end) {
      if (System.nanoTime() > deadline) {
        throw new org.apache.kafka.common.errors.TimeoutException("it took too long");
      }
      for (ConsumerRecord<String, byte[]> record : reader.poll(POLL)) {
        try {
          entries.add(AuditWire.decode(record));
        } catch (IllegalArgumentException notOurs) {
          // Whoever can write to the topic can write anything.
        }
      }
    }
    return entries;
  }

  private static int limit(@Nullable String text) {
    try {
      int number = text == null ? DEFAULT_LIMIT : Integer.parseInt(text);
      if (number >= 1 && number <= MOST) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below.
    }
    throw Problem.badRequest(
        "limit='%s': expected a whole number from 1 to %d".formatted(text, MOST));
  }

  @Override
  public void close() {
    readers.close();
  }
}
