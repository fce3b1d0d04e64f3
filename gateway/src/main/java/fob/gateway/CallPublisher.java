package fob.gateway;

import fob.bus.BusHealth;
import fob.bus.Topics;
import fob.bus.Wire;
import fob.call.Call;
import fob.call.RequestId;
import fob.call.RequestIds;
import fob.call.Response;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;

/** Puts a call on the bus and waits for its reply. Thread-safe. */
final class CallPublisher {

  /** The invoker's own word on a deadline says more than ours: it gets this long to arrive. */
  private static final Duration GRACE = Duration.ofMillis(500);

  private final Producer<String, byte[]> producer;
  private final PendingCalls pending;
  private final RequestIds ids;
  private final BusHealth health;
  private final AsyncPublisher async;

  CallPublisher(
      Producer<String, byte[]> producer,
      PendingCalls pending,
      RequestIds ids,
      BusHealth health,
      AsyncPublisher async) {
    this.producer = producer;
    this.pending = pending;
    this.ids = ids;
    this.health = health;
    this.async = async;
  }

  /** Mints an id whose reply comes back to this gateway. */
  RequestId newId() {
    return ids.next();
  }

  /**
   * Publishes and waits. Blocks.
   *
   * @param timeout how long the caller waits
   * @throws Problem if the call cannot be accepted, or there is no reply in time
   */
  Response call(Call call, Duration timeout) {
    return call(call, timeout, () -> {});
  }

  /**
   * The same.
   *
   * @param written runs once the call is in the log; it must be quick
   */
  Response call(Call call, Duration timeout, Runnable written) {
    health.problem().ifPresent(why -> fail(Problem.busUnavailable(why + "; nothing was run")));
    CompletableFuture<Response> response =
        pending
            .add(call.id())
            .orElseThrow(() ->
                Problem.ofGateway(
                        429, "overloaded", "too many calls wait at this gateway (FOB_MAX_PENDING)")
                    .header("Retry-After", "1"));
    try {
      var _ =
          producer.send(
              Wire.encode(Topics.CALL, call),
              (metadata, failure) -> {
                if (failure == null) {
                  written.run();
                } else {
                  response.completeExceptionally(failure);
                }
              });
      return response.get(timeout.plus(GRACE).toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | KafkaException e) {
      throw Problem.busUnavailable(
          "the bus did not confirm the call, so it may or may not run: "
              + (e.getCause() == null ? e : e.getCause()).getMessage());
    } catch (TimeoutException e) {
      async.note(call.id(), call.function());
      throw new Problem(
          504,
          "invoker",
          "no-reply",
          "no reply came by the deadline; the call may still be running, or waits for an invoker;"
              + " /api/result/"
              + call.id()
              + " will tell");
    } catch (CancellationException e) {
      async.note(call.id(), call.function());
      throw stopping();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw stopping();
    } finally {
      pending.remove(call.id());
    }
  }

  private static Problem stopping() {
    return Problem.ofGateway(503, "stopping", "this gateway is stopping; the call may still run");
  }

  private static void fail(Problem problem) {
    throw problem;
  }
}
