package fob.gateway.result;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import fob.bus.Bus;
import fob.bus.LogReader;
import fob.bus.wire.Topics;
import fob.call.Response;
import fob.gateway.http.Problem;
import fob.gateway.reply.Replies;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Finds the results of calls: among the replies that came lately, or else in Kafka. A request id
 * determines the partitions, and its time the offsets to read from. The first reply on {@code
 * fob.response} is the result, however often the call was run. Who waits for a reply uses no
 * consumer meanwhile. Thread-safe.
 */
public final class ResultReader implements AutoCloseable {

  /** How long a client that does not wait gives a search. */
  static final Duration LONGEST_SEARCH = Duration.ofSeconds(5);

  /** How long the search for the latest progress may take after a wait. */
  private static final Duration LAST_LOOK = Duration.ofSeconds(1);

  /** So a client that asks again continues the search, as long as it asks within this time. */
  private static final Duration SEARCHES_KEPT = Duration.ofMinutes(10);

  private static final int MOST_KEPT = 2_000;

  private final Replies replies;
  private final SearchTurns turns;
  private final InstantSource clock;
  private final int responses;
  private final int progresses;
  private final Cache<Wanted, ResultSearch> searches =
      Caffeine.newBuilder().maximumSize(MOST_KEPT).expireAfterAccess(SEARCHES_KEPT).build();

  public ResultReader(Bus bus, Replies replies, InstantSource clock) {
    this(bus::searcher, replies, clock);
  }

  /**
   * @param consumers makes consumers for {@code assign()}; this closes them
   */
  public ResultReader(Supplier<LogReader> consumers, Replies replies, InstantSource clock) {
    this.replies = replies;
    this.clock = clock;
    this.turns = new SearchTurns(consumers);
    this.responses = turns.partitions(Topics.RESPONSE.name());
    this.progresses = turns.partitions(Topics.PROGRESS.name());
  }

  /**
   * Looks for the call's reply, and waits for it as long as the call may still end. Blocks.
   *
   * @param wait how long to wait for the reply; 0: a search is stopped after 5 s
   * @throws Problem 503 if too many searches wait for their turn, or this gateway stops; 429 if too
   *     many clients wait
   * @throws org.apache.kafka.common.KafkaException if Kafka cannot be read
   */
  public Finding find(Wanted wanted, Duration wait) throws InterruptedException {
    Optional<Response> recent = replies.recent().get(wanted.id());
    if (recent.isPresent()) {
      return new Finding.Over(recent.get());
    }
    ResultSearch search = searches.get(wanted, key -> new ResultSearch(key, progresses, responses));
    if (wait.isZero()) {
      return turns.run(search, LONGEST_SEARCH);
    }
    // Waits before it searches, so that it misses no reply in between.
    try (Replies.Wait waiting = replies.await(wanted.id()).orElseThrow(ResultReader::tooManyWait)) {
      return find(wanted, search, waiting, clock.instant().plus(wait));
    }
  }

  private Finding find(Wanted wanted, ResultSearch search, Replies.Wait waiting, Instant deadline)
      throws InterruptedException {
    Finding found = turns.run(search, until(deadline));
    while (isOpen(wanted, found) && clock.instant().isBefore(deadline)) {
      waiting.follow(search.replies(), search.repliesRead());
      Optional<Response> reply = await(waiting, until(nextLook(wanted, found, deadline)));
      found = reply.isPresent() ? new Finding.Over(reply.get()) : turns.run(search, LAST_LOOK);
    }
    return found;
  }

  /** Whether a reply may still come, as far as is known. */
  private boolean isOpen(Wanted wanted, Finding found) {
    return switch (found) {
      case Finding.Over _, Finding.Stopped _ -> false;
      case Finding.Going going -> going.readTo() == null;
      case Finding.Unknown _ -> wanted.mayStillCome(clock.instant());
    };
  }

  /** The deadline, or when it is clear that there is no such call. */
  private static Instant nextLook(Wanted wanted, Finding found, Instant deadline) {
    Instant clear = wanted.until();
    return found instanceof Finding.Unknown && clear != null && clear.isBefore(deadline)
        ? clear
        : deadline;
  }

  private Optional<Response> await(Replies.Wait waiting, Duration atMost)
      throws InterruptedException {
    try {
      return Optional.of(waiting.response().get(atMost.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (CancellationException | ExecutionException e) {
      throw Problem.ofGateway(503, "stopping", "this gateway is stopping; ask another one");
    }
  }

  private Duration until(Instant time) {
    Duration left = Duration.between(clock.instant(), time);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private static Problem tooManyWait() {
    return Problem.ofGateway(
            429, "overloaded", "too many clients wait at this gateway (FOB_MAX_PENDING)")
        .header("Retry-After", "1");
  }

  /** Closes the idle consumers at once; those in use when their turns end. */
  @Override
  public void close() {
    turns.close();
  }
}
