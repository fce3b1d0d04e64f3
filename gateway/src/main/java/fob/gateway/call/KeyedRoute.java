package fob.gateway.call;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.bus.wire.AsyncCallWire;
import fob.call.Call;
import fob.call.CallKey;
import fob.call.KeyAnswer;
import fob.call.RequestId;
import fob.call.RequestIds;
import fob.call.Response;
import fob.gateway.http.HttpReplies;
import fob.gateway.http.Problem;
import fob.gateway.reply.PendingCalls;
import fob.gateway.result.Finding;
import fob.gateway.result.Wanted;
import fob.service.Sha256;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;

/**
 * The way of one call with an idempotency key: it is written with the key's hash, and the owner of
 * its partition answers which call the key stands for. Used by one thread.
 */
final class KeyedRoute implements CallRoute {

  private static final Duration GRACE = Duration.ofSeconds(1);

  private final IdempotentCalls.Clients clients;
  private final String key;
  private final IdempotentCalls.Told told;

  KeyedRoute(IdempotentCalls.Clients clients, String key, IdempotentCalls.Told told) {
    this.clients = clients;
    this.key = key;
    this.told = told;
  }

  @Override
  public PendingReply<Response> publish(Call call, Duration timeout, Runnable released) {
    RequestId id = call.id();
    Asked asked = ask();
    try {
      CallPublisher.Waiting waiting = clients.sync().send(keyed(call, asked), timeout, released);
      return () -> reply(id, waiting, asked, timeout);
    } catch (RuntimeException e) {
      asked.close();
      throw e;
    }
  }

  private Response reply(RequestId id, CallPublisher.Waiting waiting, Asked asked, Duration timeout)
      throws InterruptedException {
    try (asked) {
      Optional<Response> own = waiting.await(asked.answer());
      if (own.isPresent()) {
        told.standsFor(id, false);
        return own.get();
      }
      return resultOf(callOf(id, asked.answer().get()), timeout.plus(GRACE));
    } catch (ExecutionException | CancellationException e) {
      throw CallPublisher.stopping();
    }
  }

  @Override
  public PendingReply<RequestId> accept(Call call, Runnable released) {
    RequestId id = call.id();
    Asked asked = ask();
    try {
      clients.confirmed().publish(clients.parts().place(AsyncCallWire.encode(keyed(call, asked))));
      released.run();
      return () -> accepted(id, asked);
    } catch (RuntimeException e) {
      asked.close();
      throw e;
    }
  }

  private RequestId accepted(RequestId id, Asked asked) throws InterruptedException {
    try (asked) {
      return callOf(id, asked.answer().get(clients.patience().toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      throw new Problem(
          504,
          "invoker",
          "no-reply",
          "no invoker has answered within %d s whether the call is the first with its key, so it may run or not; a request with the same key makes no second call, and tells"
              .formatted(clients.patience().toSeconds()));
    } catch (ExecutionException | CancellationException e) {
      throw CallPublisher.stopping();
    }
  }

  /** The id of the call that the key stands for. */
  private RequestId callOf(RequestId id, KeyAnswer answer) {
    return switch (answer) {
      case KeyAnswer.First _ -> {
        told.standsFor(id, false);
        yield id;
      }
      case KeyAnswer.Repeat(RequestId first, boolean samePayload) -> {
        if (!samePayload) {
          throw reused();
        }
        told.standsFor(first, !first.equals(id));
        yield first;
      }
      case KeyAnswer.Refused(var why) -> throw HttpReplies.problem(why);
    };
  }

  private Problem reused() {
    return Problem.ofGateway(
        422,
        "idempotency-key-reused",
        "the key '%s' was used within 24h for a call of this function with another payload; use a"
                .formatted(key)
            + " new key for a new call");
  }

  private Call keyed(Call call, Asked asked) {
    String hash = Sha256.of((call.function() + " " + key).getBytes(UTF_8));
    return call.withKey(new CallKey(hash, asked.id()));
  }

  /** An answer that a request waits for. */
  private record Asked(
      RequestId id, CompletableFuture<KeyAnswer> answer, PendingCalls<KeyAnswer> among)
      implements AutoCloseable {

    @Override
    public void close() {
      among.remove(id, answer);
    }
  }

  private Asked ask() {
    RequestId id = clients.sync().newId();
    return new Asked(
        id, clients.answers().add(id).orElseThrow(Problem::tooManyWait), clients.answers());
  }

  private Response resultOf(RequestId id, Duration wait) throws InterruptedException {
    try {
      // A gateway of an earlier version may have written the call long after its id was made.
      Wanted wanted = Wanted.since(id, RequestIds.time(id).orElseThrow());
      return switch (clients.results().find(wanted, wait)) {
        case Finding.Over(Response response) -> response;
        case Finding.Going _, Finding.Unknown _, Finding.Stopped _ ->
            throw new Problem(
                504,
                "invoker",
                "no-reply",
                "the reply to the call of this key was not found in time; /api/result/"
                    + id
                    + " will tell");
      };
    } catch (KafkaException e) {
      throw Problem.busUnavailable("the reply cannot be read: " + e.getMessage());
    }
  }
}
