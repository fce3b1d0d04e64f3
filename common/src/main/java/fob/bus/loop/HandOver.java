package fob.bus.loop;

import fob.bus.Bus;
import fob.service.Loop;
import fob.service.Loops;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicIdPartition;

/**
 * Tells the next owner of a partition, over {@code fob.handover}, which records the previous owner
 * has begun. Before a member hands a partition over, it writes a note that names the records that
 * it has begun and will finish. It renews the note every second, and soon after it has finished
 * some. The next owner runs none of these records. If the note has not been renewed for 8 s, its
 * writer is dead, and the next owner runs the records that were not finished. Thread-safe.
 */
public final class HandOver implements AutoCloseable {

  /** Records that end within this time are noted together. */
  private static final Duration WRITE_EVERY = Duration.ofMillis(50);

  /** How often the loop tells that it is alive, while there is nothing to write. */
  private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(5);

  private static final Duration CLOSE = Duration.ofSeconds(1);

  private final Producer<String, byte[]> producer;
  private final OwnNotes own;
  private final OthersNotes others;
  private final Loop renewal;

  public HandOver(Bus bus) {
    this(bus.loops(), bus.producer(), bus.follower(), InstantSource.system(), System::nanoTime);
  }

  HandOver(
      Loops loops,
      Producer<String, byte[]> producer,
      Consumer<String, byte[]> reader,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.producer = producer;
    this.own = new OwnNotes(producer, nanoTime);
    this.others = new OthersNotes(loops, reader, clock, nanoTime);
    this.renewal = loops.loop("handover");
  }

  /**
   * @throws IllegalStateException if the topic cannot be read to its end by the deadline
   */
  public void start(Instant deadline) throws InterruptedException {
    others.start(deadline);
    renewal.startVirtual(this::renew);
  }

  /** See {@link OwnNotes#leave}. */
  void leave(Map<TopicIdPartition, Supplier<Set<Long>>> begun) {
    own.leave(begun);
  }

  /** See {@link OwnNotes#finished}. */
  void finished(TopicIdPartition partition, long offset) {
    own.finished(partition, offset);
  }

  /** See {@link OthersNotes#catchUp}. Deletes the notes of members that died long ago, too. */
  void catchUp() {
    others.catchUp();
    own.delete(others.expired());
  }

  /** See {@link OthersNotes#previousOwner}. */
  PreviousOwner previousOwner(TopicIdPartition partition, long offset) {
    return others.previousOwner(partition, offset);
  }

  private void renew() {
    try {
      while (true) {
        own.awaitNotes(SIGN_OF_LIFE);
        Thread.sleep(WRITE_EVERY);
        own.write();
        renewal.succeeded();
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends. Records that this member has begun and not finished belong to the next owners. */
  @Override
  public void close() {
    renewal.interrupt(CLOSE);
    own.end();
    others.close();
    producer.close(CLOSE);
  }
}
