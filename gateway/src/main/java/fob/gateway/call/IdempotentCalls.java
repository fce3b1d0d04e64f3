package fob.gateway.call;

import fob.bus.wire.CallWire;
import fob.bus.wire.Topics;
import fob.call.Call;
import fob.call.RequestId;
import fob.call.RequestIds;
import fob.call.Response;
import fob.gateway.http.Problem;
import fob.gateway.publish.AsyncPublisher;
import fob.gateway.publish.ConfirmedPublisher;
import fob.gateway.result.Finding;
import fob.gateway.result.IdempotencyClaims;
import fob.gateway.result.ResultReader;
import fob.gateway.result.Wanted;
import fob.service.Sha256;
import fob.service.Threads;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.KafkaException;

/**
 * Calls with an {@code Idempotency-Key}. All requests with one key are one call of the function,
 * with one request id and one result, whichever gateways they reach within 24 h. Thread-safe.
 */
public final class IdempotentCalls {

  static final String HEADER = "Idempotency-Key";
  private static final int LONGEST_KEY = 255;

  /**
   * How long the claim of a key may precede its call. A gateway that has not published the call by
   * then died in between, so another one publishes it.
   */
  private static final Duration PUBLISHED_WITHIN = Duration.ofSeconds(15);

  private static final Duration POLL = Duration.ofMillis(20);
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final IdempotencyClaims claims;
  private final CallPublisher sync;
  private final AsyncPublisher async;
  private final ConfirmedPublisher publisher;
  private final ResultReader results;

  public IdempotentCalls(
      IdempotencyClaims claims,
      CallPublisher sync,
      AsyncPublisher async,
      ConfirmedPublisher publisher,
      ResultReader results) {
    this.claims = claims;
    this.sync = sync;
    this.async = async;
    this.publisher = publisher;
    this.results = results;
  }

  /**
   * Claims the key for the call, or finds the call that it stands for. Blocks until Kafka has the
   * claim.
   *
   * @param key 1 to 255 visible ASCII characters
   * @param call the call that this request would make
   * @throws Problem 400 if the key is malformed, 422 if it stands for a call with another payload,
   *     503 if Kafka did not confirm the claim
   */
  SharedCall share(String key, Call call) throws InterruptedException {
    if (!isValid(key)) {
      throw Problem.ofGateway(
          400,
          "bad-request",
          HEADER + ": expected 1 to " + LONGEST_KEY + " visible ASCII characters");
    }
    String full = Sha256.of((call.function() + " " + key).getBytes(StandardCharsets.UTF_8));
    String payload = Sha256.of(call.payload());
    IdempotencyClaims.Claim claim = claims.claim(full, call.id(), payload);
    if (!claim.payload().equals(payload)) {
      throw Problem.ofGateway(
          422,
          "idempotency-key-reused",
          "the key '%s' was used within 24h for a call of this function with another payload; use a"
                  .formatted(key)
              + " new key for a new call");
    }
    return new SharedCall(full, claim, claim.id().equals(call.id()));
  }

  /** The call that one key stands for, as one request sees it. Used by one thread. */
  final class SharedCall implements CallRoute {

    private final String key;
    private final IdempotencyClaims.Claim claim;
    private final boolean first;

    private SharedCall(String key, IdempotencyClaims.Claim claim, boolean first) {
      this.key = key;
      this.claim = claim;
      this.first = first;
    }

    /** The request id of the call, the same for all requests with this key. */
    RequestId id() {
      return claim.id();
    }

    /** Whether this request is the one that makes the call. */
    boolean isFirst() {
      return first;
    }

    @Override
    public PendingReply publish(Call call, Duration timeout, Runnable released) {
      if (first) {
        return sync.send(call, timeout, () -> claims.published(key, claim), released);
      }
      if (!awaitPublished()) {
        publisher.publish(CallWire.encode(Topics.CALL, call.withId(id())));
        claims.published(key, claim);
      }
      released.run();
      RequestId id = id();
      return () -> await(id, timeout.plus(GRACE));
    }

    @Override
    public RequestId accept(Call call) {
      if (first || !awaitPublished()) {
        async.write(call.withId(id()));
        if (async.isInTime(id())) {
          claims.published(key, claim);
        } else {
          claims.publishedLate(key, claim);
        }
      }
      return id();
    }

    private boolean awaitPublished() {
      Instant until = claim.made().plus(PUBLISHED_WITHIN);
      while (true) {
        if (claims.get(key).map(IdempotencyClaims.Claim::published).orElse(false)) {
          return true;
        }
        if (Instant.now().isAfter(until)) {
          return false;
        }
        Threads.pause(POLL);
      }
    }
  }

  private Response await(RequestId id, Duration wait) throws InterruptedException {
    Instant since = RequestIds.time(id).orElseGet(() -> Instant.now().minus(Topics.RESULTS_KEPT));
    try {
      // The call may have been written long after its id was made.
      return switch (results.find(Wanted.since(id, since), wait)) {
        case Finding.Over(Response response) -> response;
        case Finding.Going _, Finding.Unknown _, Finding.Stopped _ ->
            throw new Problem(
                504,
                "invoker",
                "no-reply",
                "the call of this key has no reply yet; /api/result/" + id + " will tell");
      };
    } catch (KafkaException e) {
      throw Problem.busUnavailable("the reply cannot be read: " + e.getMessage());
    }
  }

  private static boolean isValid(String key) {
    return !key.isEmpty()
        && key.length() <= LONGEST_KEY
        && key.chars().allMatch(c -> c > ' ' && c <= '~');
  }
}
