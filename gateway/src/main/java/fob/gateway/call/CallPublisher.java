package fob.gateway.call;

import fob.call.Call;
import fob.call.RequestId;
import fob.call.RequestIds;
import fob.call.Response;
import fob.gateway.http.Problem;
import fob.gateway.publish.AsyncPublisher;
import fob.gateway.reply.PendingCalls;
import fob.service.Deadlines;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/** Publishes synchronous calls to Kafka and waits for their replies. Thread-safe. */
public final class CallPublisher {

  /**
   * Extra time for the invoker's own reply at the deadline, since it tells more than a time-out.
   */
  private static final Duration GRACE = Duration.ofMillis(500);

  /**
   * When a caller has waited for this time, it is noted that the call was accepted. Shorter than
   * {@link AsyncPublisher#ACCEPTED_WITHIN}, so that the result can be found by the id.
   */
  private static final Duration NOTED_AFTER = Duration.ofSeconds(5);

  private final Producer<String, byte[]> producer;
  private final PendingCalls<Response> pending;
  private final RequestIds ids;
  private final Supplier<Optional<String>> busProblem;
  private final Function<Call, ProducerRecord<String, byte[]>> records;
  private final BiConsumer<RequestId, String> notes;
  private final Deadlines deadlines;

  /**
   * @param records makes the record of a call
   * @param notes gets the id and the function of a call whose caller has waited for long
   */
  public CallPublisher(
      Producer<String, byte[]> producer,
      PendingCalls<Response> pending,
      RequestIds ids,
      Supplier<Optional<String>> busProblem,
      Function<Call, ProducerRecord<String, byte[]>> records,
      BiConsumer<RequestId, String> notes,
      Deadlines deadlines) {
    this.producer = producer;
    this.pending = pending;
    this.ids = ids;
    this.busProblem = busProblem;
    this.records = records;
    this.notes = notes;
    this.deadlines = deadlines;
  }

  /** Makes a request id whose reply comes to this gateway. */
  RequestId newId() {
    return ids.next();
  }

  /**
   * Publishes a call.
   *
   * @param timeout how long the caller waits; 500 ms are added
   * @param released runs once the payload is not needed, whether Kafka has the call or not
   * @throws Problem 429 if too many calls wait, 503 if Kafka is down
   */
  Waiting send(Call call, Duration timeout, Runnable released) {
    busProblem.get().ifPresent(why -> fail(Problem.busUnavailable(why + "; nothing was run")));
    CompletableFuture<Response> response = pending.add(call.id()).orElseThrow(Problem::tooManyWait);
    try {
      var _ =
          producer.send(
              records.apply(call),
              (metadata, failure) -> {
                released.run();
                if (failure != null) {
                  response.completeExceptionally(failure);
                }
              });
    } catch (KafkaException | IllegalStateException e) {
      // A closed producer throws IllegalStateException: this gateway is stopping.
      pending.remove(call.id(), response);
      throw unconfirmed(e);
    }
    boolean isKeyed = call.headers().key() != null;
    return new Waiting(call.id(), call.function(), isKeyed, response, timeout.plus(GRACE));
  }

  /** The reply that a caller waits for. It does not hold the payload. */
  final class Waiting implements PendingReply<Response> {

    private final RequestId id;
    private final String function;
    private final boolean isKeyed;
    private final CompletableFuture<Response> response;
    private final Duration timeout;

    private Waiting(
        RequestId id,
        String function,
        boolean isKeyed,
        CompletableFuture<Response> response,
        Duration timeout) {
      this.id = id;
      this.function = function;
      this.isKeyed = isKeyed;
      this.response = response;
      this.timeout = timeout;
    }

    @Override
    public Response await() {
      return await(new CompletableFuture<>()).orElseThrow();
    }

    /**
     * Blocks like {@link #await()}, but only until something else is there.
     *
     * @return empty if that was earlier than the reply
     */
    Optional<Response> await(CompletableFuture<?> other) {
      CompletableFuture<?> any = CompletableFuture.anyOf(response, other);
      Duration first = timeout.compareTo(NOTED_AFTER) < 0 ? timeout : NOTED_AFTER;
      try {
        if (!deadlines.await(any, first)) {
          notes.accept(id, function);
          if (!deadlines.await(any, timeout.minus(first))) {
            throw noReply();
          }
        }
        return response.isDone() ? Optional.of(response.get()) : Optional.empty();
      } catch (ExecutionException e) {
        throw unconfirmed(e);
      } catch (CancellationException e) {
        notes.accept(id, function);
        throw stopping();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw stopping();
      } finally {
        pending.remove(id, response);
      }
    }

    private Problem noReply() {
      return new Problem(
          504,
          "invoker",
          "no-reply",
          "no reply came by the deadline; the call may still be running, or waits for an invoker; "
              + (isKeyed
                  ? "a request with the same key makes no second call, and tells"
                  : "/api/result/" + id + " will tell"));
    }
  }

  private static Problem unconfirmed(Exception e) {
    return Problem.busUnavailable(
        "the bus did not confirm the call, so it may or may not run: "
            + (e.getCause() == null ? e : e.getCause()).getMessage());
  }

  static Problem stopping() {
    return Problem.ofGateway(503, "stopping", "this gateway is stopping; the call may still run");
  }

  private static void fail(Problem problem) {
    throw problem;
  }
}
