package fob.deployer;

import fob.bus.wire.CodeWire;
import fob.bus.wire.FunctionRowWire;
import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionName;
import fob.function.FunctionState;
import fob.function.PlatformInfo;
import fob.service.Threads;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes functions and their code to {@code fob.functions} and {@code fob.code}. A write that fails
 * is tried again until it succeeds or a newer record of the same key replaces it. Thread-safe: the
 * lock is this object, and nothing waits while it is held.
 */
final class FunctionWriter implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(FunctionWriter.class);
  private static final Duration BACKOFF = Duration.ofMillis(500);
  private static final Duration CLOSE = Duration.ofSeconds(2);

  private final Producer<String, byte[]> producer;

  /** The newest record of each key, until Kafka has confirmed it. */
  private final Map<String, ProducerRecord<String, byte[]>> newest = new ConcurrentHashMap<>();

  private volatile boolean closing;

  FunctionWriter(Producer<String, byte[]> producer) {
    this.producer = producer;
  }

  /**
   * Writes the code and then the function, so that a function that others see always has its code.
   *
   * @param written runs once Kafka has confirmed both
   */
  void register(FunctionState state, Code code, Runnable written) {
    Runnable half = runOnSecondCall(written);
    send(CodeWire.encode(state.spec().id(), code), half);
    send(FunctionRowWire.encode(state), half);
  }

  /**
   * Writes the state of a function.
   *
   * @param written runs once Kafka has confirmed this state or a newer one
   */
  void write(FunctionState state, Runnable written) {
    send(FunctionRowWire.encode(state), written);
  }

  void write(FunctionState state) {
    write(state, FunctionWriter::nothing);
  }

  void point(FunctionName name, FunctionId id) {
    send(FunctionRowWire.encode(name, id), FunctionWriter::nothing);
  }

  void write(PlatformInfo info, Instant at) {
    send(FunctionRowWire.encode(info, at), FunctionWriter::nothing);
  }

  void forget(FunctionName name) {
    send(FunctionRowWire.delete(name.value()), FunctionWriter::nothing);
  }

  void forget(FunctionId id, Runnable written) {
    Runnable half = runOnSecondCall(written);
    send(FunctionRowWire.delete(id.toString()), half);
    send(CodeWire.delete(id), half);
  }

  /** Another deployer writes from now on: no record of this one may follow that one's records. */
  synchronized void abandon() {
    newest.clear();
  }

  // The lock makes sure that the newer one of two records for a key is sent last.
  private synchronized void send(ProducerRecord<String, byte[]> record, Runnable written) {
    newest.put(key(record), record);
    trySend(record, written);
  }

  private synchronized boolean sendIfNewest(
      ProducerRecord<String, byte[]> record, Runnable written) {
    boolean isNewest = record.equals(newest.get(key(record)));
    if (isNewest) {
      trySend(record, written);
    }
    return isNewest;
  }

  private void trySend(ProducerRecord<String, byte[]> record, Runnable written) {
    try {
      var _ =
          producer.send(
              record,
              (metadata, failure) -> {
                if (failure == null) {
                  newest.remove(key(record), record);
                  written.run();
                } else {
                  Thread.ofVirtual().start(() -> again(record, written, failure));
                }
              });
    } catch (RuntimeException e) {
      Thread.ofVirtual().start(() -> again(record, written, e));
    }
  }

  private void again(ProducerRecord<String, byte[]> record, Runnable written, Exception failure) {
    LOGGER
        .atWarn()
        .addKeyValue("key", record.key())
        .addKeyValue("topic", record.topic())
        .log("a record was not written, will try again: {}", failure.toString());
    Threads.pause(BACKOFF);
    while (!closing && newest.containsKey(key(record))) {
      if (sendIfNewest(record, written)) {
        return;
      }
      Threads.pause(BACKOFF);
    }
    if (!closing) {
      written.run();
    }
  }

  private static Runnable runOnSecondCall(Runnable action) {
    AtomicInteger calls = new AtomicInteger();
    return () -> {
      if (calls.incrementAndGet() == 2) {
        action.run();
      }
    };
  }

  private static void nothing() {}

  private static String key(ProducerRecord<String, byte[]> record) {
    return record.topic() + "/" + record.key();
  }

  @Override
  public void close() {
    closing = true;
    producer.close(CLOSE);
  }
}
