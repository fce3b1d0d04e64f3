package fob.gateway.reply;

import fob.bus.wire.CallLogging;
import fob.call.RequestId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who wait for replies at this gateway: callers, and clients that look up results. Several
 * may wait for one reply. Handlers add and remove them; the readers of {@code fob.response} and the
 * producer complete them. Thread-safe.
 *
 * @param <T> what they wait for
 */
public final class PendingCalls<T> {

  private static final Logger LOGGER = LoggerFactory.getLogger(PendingCalls.class);

  private final Map<String, List<CompletableFuture<T>>> waiting = new ConcurrentHashMap<>();
  private final AtomicInteger size = new AtomicInteger();
  private final int max;
  private final Function<ConsumerRecord<String, byte[]>, T> decoder;

  /**
   * @param max how many may wait
   * @param decoder reads a record, or throws an unchecked exception
   */
  public PendingCalls(int max, Function<ConsumerRecord<String, byte[]>, T> decoder) {
    this.max = max;
    this.decoder = decoder;
  }

  /** Adds one who waits; empty if the bound is reached. */
  public Optional<CompletableFuture<T>> add(RequestId id) {
    if (size.incrementAndGet() > max) {
      size.decrementAndGet();
      return Optional.empty();
    }
    CompletableFuture<T> response = new CompletableFuture<>();
    waiting.merge(
        id.value(),
        List.of(response),
        (others, one) -> Stream.concat(others.stream(), one.stream()).toList());
    return Optional.of(response);
  }

  /** Removes one who was added. Does nothing if it was removed before. */
  @SuppressWarnings("ReferenceEquality") // futures have no other one
  public void remove(RequestId id, CompletableFuture<T> response) {
    waiting.computeIfPresent(
        id.value(),
        (_, all) -> {
          List<CompletableFuture<T>> left = all.stream().filter(one -> one != response).toList();
          size.addAndGet(left.size() - all.size());
          return left.isEmpty() ? null : left;
        });
  }

  /**
   * Gives a record of {@code fob.response} to those who wait for it.
   *
   * @return the reply; empty if nobody waits for it, or it cannot be read
   */
  public Optional<T> deliver(ConsumerRecord<String, byte[]> record) {
    List<CompletableFuture<T>> callers = record.key() == null ? null : waiting.get(record.key());
    if (callers == null) {
      return Optional.empty();
    }
    try {
      T response = decoder.apply(record);
      callers.forEach(caller -> caller.complete(response));
      return Optional.of(response);
    } catch (RuntimeException e) {
      CallLogging.about(LOGGER.atWarn(), record.headers())
          .addKeyValue("offset", record.offset())
          .log("a record of fob.response cannot be read: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /** Cancels all waits, since this gateway stops. */
  public void cancelAll() {
    waiting.values().stream().flatMap(List::stream).forEach(response -> response.cancel(false));
  }

  /** How many wait. */
  public int size() {
    return size.get();
  }
}
