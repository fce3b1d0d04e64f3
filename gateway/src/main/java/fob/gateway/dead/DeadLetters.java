package fob.gateway.dead;

import fob.bus.Bus;
import fob.bus.table.RecordReader;
import fob.bus.table.TopicFollower;
import fob.bus.wire.DeadLetterWire;
import fob.bus.wire.Topics;
import fob.call.DeadLetter;
import fob.call.Failure;
import fob.service.Loops;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters. Where they are on the topic is in memory, of the newest 1,000,000; the rest is
 * read from Kafka when it is asked for. Thread-safe.
 */
public final class DeadLetters implements AutoCloseable {

  private static final int MOST = 1_000_000;

  private final RecordReader reader;
  private final TopicFollower follower;
  private final int most;
  private volatile LetterIndex index;

  /** What is read while the topic is read again; null otherwise. The follower's thread alone. */
  private @Nullable LetterIndex aside;

  /**
   * Some of the letters.
   *
   * @param total how many match, on all pages
   * @param letters the newest first
   * @param next where the next page begins, see {@link #list}; empty if this is the last one
   * @param leftOut how many older letters are on the topic or were, and are not counted here
   */
  record Page(int total, List<DeadLetter> letters, OptionalLong next, long leftOut) {}

  public DeadLetters(Bus bus) {
    this(bus.loops(), bus.reader(), bus.searcher(), MOST);
  }

  /**
   * @param follows follows the topic; this closes it
   * @param single reads single records; this closes it
   * @param most how many letters are kept in memory
   */
  DeadLetters(
      Loops loops, Consumer<String, byte[]> follows, Consumer<String, byte[]> single, int most) {
    this.most = most;
    this.index = new LetterIndex(most);
    this.reader = new RecordReader(Topics.DEAD, single);
    this.follower = new TopicFollower(loops, Topics.DEAD, follows, new Index());
  }

  /** Starts to read the topic, and does not wait: it may hold gigabytes. */
  public void begin() {
    var _ = follower.begin();
  }

  /**
   * Lists letters that were written up to now, the newest first. Blocks.
   *
   * @param functions the ids or names of their function; empty: of any
   * @param reason null: any
   * @param before the {@code next} of the page before; {@link Long#MAX_VALUE} for the first page
   * @param limit how many letters at most
   * @throws IllegalStateException if the topic cannot be read to its end by the deadline
   * @throws org.apache.kafka.common.KafkaException if the letters cannot be read now
   */
  Page list(
      Set<String> functions, @Nullable Failure reason, long before, int limit, Instant deadline)
      throws InterruptedException {
    follower.catchUp(deadline);
    LetterIndex now = index;
    LetterIndex.Selected selected =
        now.select(
            new LetterIndex.Filter(functions, reason, Instant.now().minus(Topics.DEAD_KEPT)),
            before,
            limit);
    long[] offsets = selected.offsets();
    OptionalLong next =
        selected.more() ? OptionalLong.of(offsets[offsets.length - 1]) : OptionalLong.empty();
    return new Page(
        selected.total(), reader.read(offsets, DeadLetterWire::decode), next, now.leftOut());
  }

  Optional<DeadLetter> get(String id, Instant deadline) throws InterruptedException {
    follower.catchUp(deadline);
    long[] offsets = index.offset(id).stream().toArray();
    return reader.read(offsets, DeadLetterWire::decode).stream()
        .filter(letter -> letter.id().value().equals(id))
        .findFirst();
  }

  /** The letter's record on the topic; empty if it was deleted. */
  Optional<ConsumerRecord<String, byte[]>> record(String id) {
    OptionalLong offset = index.offset(id);
    return offset.isEmpty() ? Optional.empty() : reader.read(offset.getAsLong(), id);
  }

  @Override
  public void close() {
    follower.close();
    reader.close();
  }

  private final class Index implements TopicFollower.Reader {

    @Override
    public void read(ConsumerRecord<String, byte[]> record) {
      LetterIndex target = aside == null ? index : aside;
      if (record.value() == null) {
        target.remove(record.key());
      } else {
        target.add(
            record.key(),
            DeadLetterWire.function(record),
            DeadLetterWire.failure(record),
            Instant.ofEpochMilli(record.timestamp()),
            record.offset());
      }
    }

    /** Keeps the letters until the whole topic has been read, since a part of it would be wrong. */
    @Override
    public void startsOver() {
      aside = new LetterIndex(most);
    }

    @Override
    public void hasCaughtUp() {
      if (aside != null) {
        index = aside;
        aside = null;
      }
    }
  }
}
