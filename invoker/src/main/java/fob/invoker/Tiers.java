package fob.invoker;

import fob.bus.Bus;
import fob.bus.ConsumerLoop;
import fob.bus.wire.AsyncCallWire;
import fob.bus.wire.Topics;
import fob.service.Service;
import fob.service.Threads;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The delay tiers: each holds calls for its one delay and hands them on, to a shorter tier or back
 * to {@code fob.async}. As all records of a tier wait equally long they come due in their order, so
 * what is read first is handed on first. Single use.
 */
final class Tiers implements AutoCloseable {

  private static final ConsumerLoop.Bounds BOUNDS =
      new ConsumerLoop.Bounds(5_000, 16L * 1024 * 1024, Duration.ofMillis(200));

  private final Service parts = new Service();
  private final BusWriter bulk;

  Tiers(Bus bus, Optional<String> member, BusWriter bulk) {
    this.bulk = bulk;
    for (Topics.Tier tier : Topics.RETRY) {
      parts
          .add(
              new ConsumerLoop(
                  bus.loops().loop(tier.topic().name()),
                  tier.topic(),
                  bus.member(tier.topic().name(), member),
                  BOUNDS,
                  ConsumerLoop.Ownership.IGNORED,
                  Optional.empty(),
                  (record, delivery) ->
                      Thread.ofVirtual().start(() -> hold(tier, record, delivery))))
          .start();
    }
  }

  private void hold(
      Topics.Tier tier, ConsumerRecord<String, byte[]> record, ConsumerLoop.Delivery delivery) {
    Instant due = AsyncCallWire.due(record);
    Instant end = Instant.ofEpochMilli(record.timestamp()).plus(tier.delay());
    Threads.pause(
        rest(tier.delay(), Duration.between(Instant.now(), end.isBefore(due) ? end : due)));
    if (!delivery.begin()) {
      delivery.done();
      return;
    }
    bulk.write(
        AsyncCallWire.moved(next(Instant.now(), due), record),
        (refused, failure) -> refused,
        delivery::done);
  }

  /** Never longer than the tier's delay, whatever clock the record's producer had. */
  static Duration rest(Duration delay, Duration wish) {
    if (wish.isNegative()) {
      return Duration.ZERO;
    }
    return wish.compareTo(delay) > 0 ? delay : wish;
  }

  /** Where a call waits next, or the topic of calls if it has waited. */
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
    parts.close();
  }
}
