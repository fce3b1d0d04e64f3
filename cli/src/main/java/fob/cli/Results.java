package fob.cli;

import java.io.IOException;
import java.time.Duration;
import okhttp3.Request;

/** Looks the results of asynchronous calls up. */
record Results(Gateway gateway) {

  private static final int ACCEPTED = 202;
  private static final int SEARCH_STOPPED = 503;

  /** How long one request waits at the gateway. */
  private static final Duration ONE_WAIT = Duration.ofSeconds(30);

  /** Returns what is known now: the result, or 202 with the progress. */
  Reply get(String id) throws IOException {
    return gateway.send(request(id).build(), Gateway.PATIENCE.plus(ONE_WAIT));
  }

  /**
   * Waits for the end of a call.
   *
   * @throws CommandFailure if it does not end in time
   */
  Reply await(String id, Duration patience) throws IOException {
    long start = System.nanoTime();
    while (true) {
      Duration left = patience.minusNanos(System.nanoTime() - start);
      long seconds = Math.clamp(left.plusMillis(999).toSeconds(), 0, ONE_WAIT.toSeconds());
      Reply reply =
          gateway.send(
              request(id).header("Prefer", "wait=" + seconds).build(),
              Gateway.PATIENCE.plus(ONE_WAIT));
      if (reply.status() != ACCEPTED && !searchStopped(reply)) {
        return reply;
      }
      if (System.nanoTime() - start >= patience.toNanos()) {
        throw new CommandFailure(
            ExitCodes.TIMED_OUT,
            "the call %s has not ended within %d s; it goes on, and fob result %s --wait waits again"
                .formatted(id, patience.toSeconds(), id));
      }
    }
  }

  private static boolean searchStopped(Reply reply) {
    return reply.status() == SEARCH_STOPPED
        && reply.json().path("reason").asText().equals("search-stopped");
  }

  private Request.Builder request(String id) {
    return gateway.request(gateway.address("api", "result", id));
  }
}
