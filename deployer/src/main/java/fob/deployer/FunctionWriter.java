package fob.deployer;

import fob.bus.wire.CodeWire;
import fob.bus.wire.FunctionRowWire;
import fob.bus.wire.Topics;
import fob.deployer.WaitingRecords.Waiting;
import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionName;
import fob.function.FunctionState;
import fob.function.NameState;
import fob.function.PlatformInfo;
import fob.service.Loop;
import fob.service.Loops;
import fob.service.Threads;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes functions and their code to {@code fob.functions} and {@code fob.code}. All records that
 * wait are written in one transaction, so readers see all of a registration or nothing. A
 * transaction that fails is tried again until it succeeds; by then a newer record has replaced an
 * older one of its key. A record that is too large for its topic could never be written, so it is
 * left out. Thread-safe: the lock is this object, and nothing waits while it is held.
 */
final class FunctionWriter implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(FunctionWriter.class);

  /** Keys and framing take less than the rest. */
  private static final int MOST_BYTES = Topics.MAX_RECORD_BYTES - 1024;

  private static final Duration BACKOFF = Duration.ofMillis(500);

  private final FencedProducer producer;
  private final Executor thread;
  private final Loop loop;

  private final WaitingRecords waiting = new WaitingRecords();
  private boolean writing;
  private volatile boolean closing;

  /**
   * @param thread runs a task, of which there is one at a time
   * @param loop reports whether writing works
   */
  FunctionWriter(FencedProducer producer, Executor thread, Loop loop) {
    this.producer = producer;
    this.thread = thread;
    this.loop = loop;
  }

  /** Returns a writer that writes on threads of its own. */
  static FunctionWriter start(Loops loops, FencedProducer producer) {
    return new FunctionWriter(
        producer,
        task -> Thread.ofVirtual().name("fob-function-writer").start(task),
        loops.loop("function-writer"));
  }

  /**
   * Writes the code and the function together: whoever sees a function finds its code.
   *
   * @param written runs once Kafka has confirmed both
   */
  void register(FunctionState state, Code code, Runnable written) {
    send(List.of(CodeWire.encode(state.spec().id(), code), FunctionRowWire.encode(state)), written);
  }

  /**
   * Writes the state of a function.
   *
   * @param written runs once Kafka has confirmed this state or a newer one
   */
  void write(FunctionState state, Runnable written) {
    send(List.of(FunctionRowWire.encode(state)), written);
  }

  void write(FunctionState state) {
    write(state, FunctionWriter::nothing);
  }

  void write(NameState name, Runnable written) {
    send(List.of(FunctionRowWire.encode(name)), written);
  }

  void write(PlatformInfo info, Instant at) {
    send(List.of(FunctionRowWire.encode(info, at)), FunctionWriter::nothing);
  }

  void forget(FunctionName name, Runnable written) {
    send(List.of(FunctionRowWire.delete(name.value())), written);
  }

  void forget(FunctionId id, Runnable written) {
    send(List.of(FunctionRowWire.delete(id.toString()), CodeWire.delete(id)), written);
  }

  /** Another deployer writes from now on: no record of this one may follow that one's records. */
  void abandon() {
    producer.abandon();
    synchronized (this) {
      waiting.takeAll();
    }
  }

  /**
   * @param written runs when the last of the records is written, which is not before the others
   */
  private void send(List<ProducerRecord<String, byte[]>> records, Runnable written) {
    if (records.stream().anyMatch(FunctionWriter::isTooLarge)) {
      written.run();
      return;
    }
    boolean isFirst;
    synchronized (this) {
      for (int i = 0; i < records.size(); i++) {
        boolean isLast = i == records.size() - 1;
        waiting.put(new Waiting(records.get(i), isLast ? List.of(written) : List.of()));
      }
      isFirst = !writing;
      writing = true;
    }
    if (isFirst) {
      thread.execute(() -> loop.perform(this::writeAll));
    }
  }

  private static boolean isTooLarge(ProducerRecord<String, byte[]> record) {
    int bytes = record.value() == null ? 0 : record.value().length;
    if (bytes <= MOST_BYTES) {
      return false;
    }
    LOGGER
        .atError()
        .addKeyValue("topic", record.topic())
        .addKeyValue("key", record.key())
        .log(
            "a record of {} bytes is too large, so the one before it stays: the most is {}",
            bytes,
            MOST_BYTES);
    return true;
  }

  private void writeAll() {
    for (List<Waiting> next = next(); !next.isEmpty(); next = next()) {
      try {
        producer.write(next.stream().map(Waiting::record).toList());
      } catch (FencedProducer.Fenced replaced) {
        continue;
      } catch (RuntimeException e) {
        loop.failed("functions were not written, will try again: " + e);
        putBack(next);
        Threads.pause(BACKOFF);
        continue;
      }
      loop.succeeded();
      next.forEach(FunctionWriter::tell);
    }
  }

  private static void tell(Waiting one) {
    for (Runnable written : one.written()) {
      try {
        written.run();
      } catch (RuntimeException bug) {
        LOGGER.atError().setCause(bug).log("what follows a write failed");
      }
    }
  }

  private synchronized List<Waiting> next() {
    List<Waiting> all = waiting.takeAll();
    List<Waiting> next = closing ? List.of() : all;
    writing = !next.isEmpty();
    return next;
  }

  private synchronized void putBack(List<Waiting> failed) {
    if (producer.isActive()) {
      waiting.putBack(failed);
    }
  }

  private static void nothing() {}

  @Override
  public void close() {
    closing = true;
    producer.close();
  }
}
