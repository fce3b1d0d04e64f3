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
import fob.gateway.result.IdempotencyClaims;
import fob.gateway.result.ResultHandler;
import fob.gateway.result.ResultReader;
import fob.service.Sha256;
import fob.service.Threads;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.KafkaException;

/**
 * Calls with an {@code Idempotency-Key}: all requests with one key are one call of the function,
 * with one id and one result, whichever gateways they reach and when, within 24 h. Thread-safe.
 */
public final class IdempotentCalls {

  static final String HEADER = "Idempotency-Key";
  private static final int LONGEST_KEY = 255;

  /** A gateway that claimed a key and did not publish its call by then has died in between. */
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
   * One request's share in a call.
   *
   * @param first whether this request is the one that makes the call
   */
  record Share(String key, IdempotencyClaims.Claim claim, boolean first) {
    RequestId id() {
      return claim.id();
    }
  }

  /**
   * Finds or claims the call of a key.
   *
   * @param call as this request would make it
   * @throws Problem if the key is wrong, or stands for a call with another payload
   */
  Share share(String key, Call call) throws InterruptedException {
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
    return new Share(full, claim, claim.id().equals(call.id()));
  }

  /**
   * Makes the call, or finds the one that was made. Blocks.
   *
   * @param letGo runs once the payload is not needed any more
   */
  PendingReply call(Share share, Call call, Duration timeout, Runnable letGo) {
    if (share.first()) {
      return sync.send(call, timeout, () -> claims.published(share.key(), share.claim()), letGo);
    }
    if (!awaitPublished(share)) {
      publisher.publish(CallWire.encode(Topics.CALL, call.withId(share.id())));
      claims.published(share.key(), share.claim());
    }
    letGo.run();
    RequestId id = share.id();
    return () -> await(id, timeout.plus(GRACE));
  }

  /** Accepts the call, unless it was. Blocks. */
  void accept(Share share, Call call) {
    if (share.first() || !awaitPublished(share)) {
      async.accept(call.withId(share.id()));
      claims.published(share.key(), share.claim());
    }
  }

  private boolean awaitPublished(Share share) {
    Instant until = share.claim().made().plus(PUBLISHED_WITHIN);
    while (true) {
      if (claims.get(share.key()).map(IdempotencyClaims.Claim::published).orElse(false)) {
        return true;
      }
      if (Instant.now().isAfter(until)) {
        return false;
      }
      Threads.pause(POLL);
    }
  }

  private Response await(RequestId id, Duration wait) throws InterruptedException {
    Instant since = RequestIds.time(id).orElseGet(() -> Instant.now().minus(Topics.RESULTS_KEPT));
    try {
      return switch (results.find(id, since, wait).orElseThrow(ResultHandler::tooMany)) {
        case ResultReader.Finding.Over(Response response) -> response;
        case ResultReader.Finding.Going _, ResultReader.Finding.Unknown _ ->
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
