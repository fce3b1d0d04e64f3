package fob.invoker;

import fob.bus.Bus;
import fob.bus.Group;
import fob.bus.loop.ConsumerLoop;
import fob.bus.loop.Delivery;
import fob.bus.loop.Intake;
import fob.bus.wire.AsyncCallWire;
import fob.bus.wire.PartChoice;
import fob.bus.wire.Topics;
import fob.service.Threads;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Reads the topics {@code fob.retry.*}, the delay tiers. Each tier holds its calls for one delay
 * and then moves them to a shorter tier, or back to {@code fob.async} to any part of their
 * function. All records of a tier wait equally long, so they become due in the order in which they
 * are read. One consumer reads all tiers; one that is full does not stop the others. Reads from the
 * constructor to {@link #close}.
 */
final class DelayTiers implements AutoCloseable {

  private static final int MAX_IN_FLIGHT = 5_000;
  private static final long MAX_BYTES_IN_FLIGHT = 16L * 1024 * 1024;
  private static final Duration DRAIN = Duration.ofMillis(200);

  private final ConsumerLoop loop;
  private final PartChoice choice;
  private final BusWriter bulk;

  DelayTiers(Bus bus, Optional<String> member, PartChoice choice, BusWriter bulk) {
    this.choice = choice;
    this.bulk = bulk;
    this.loop =
        new ConsumerLoop(
            bus.loops().loop("retry"),
            Topics.RETRY.stream().map(this::intake).toList(),
            bus.member(Group.RETRY, member),
            ConsumerLoop.Work.brief(DRAIN));
    loop.start();
  }

  private Intake intake(Topics.Tier tier) {
    return new Intake(
        tier.topic(),
        (record, delivery) -> Thread.ofVirtual().start(() -> hold(tier, record, delivery)),
        MAX_IN_FLIGHT,
        MAX_BYTES_IN_FLIGHT);
  }

  private void hold(Topics.Tier tier, ConsumerRecord<String, byte[]> record, Delivery delivery) {
    Instant due = AsyncCallWire.due(record);
    Instant end = Instant.ofEpochMilli(record.timestamp()).plus(tier.delay());
    Duration untilEnd = Duration.between(Instant.now(), end.isBefore(due) ? end : due);
    Threads.pause(bounded(untilEnd, tier.delay()));
    if (!delivery.begin()) {
      delivery.done();
      return;
    }
    String next = next(Instant.now(), due);
    ProducerRecord<String, byte[]> moved = AsyncCallWire.moved(next, record);
    bulk.write(
        next.equals(Topics.ASYNC.name()) ? choice.place(moved) : moved,
        (refused, failure) -> refused,
        delivery::done);
  }

  /** Bounds a pause to 0 up to {@code longest}, since a record's timestamp may be wrong. */
  private static Duration bounded(Duration pause, Duration longest) {
    if (pause.isNegative()) {
      return Duration.ZERO;
    }
    return pause.compareTo(longest) > 0 ? longest : pause;
  }

  /**
   * Returns the topic to which a call moves: the longest tier that does not delay it beyond {@code
   * due}, else the shortest tier, or {@code fob.async} if the call is due.
   */
  static String next(Instant now, Instant due) {
    Duration rest = Duration.between(now, due);
    if (!rest.isPositive()) {
      return Topics.ASYNC.name();
    }
    return Topics.RETRY.reversed().stream()
        .filter(tier -> tier.delay().compareTo(rest) <= 0)
        .findFirst()
        .orElse(Topics.RETRY.getFirst())
        .topic()
        .name();
  }

  @Override
  public void close() {
    loop.close();
  }
}
