package fob.chaos;

import fob.chaos.check.Event;
import fob.chaos.check.Result;
import fob.service.Threads;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Looks up every accepted call at every gateway after all calls have ended. */
final class LookUps {

  /** Look-ups at a time for each gateway, which has as many readers. */
  private static final int AT_A_TIME = 16;

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration REST = Duration.ofMillis(500);

  private final Api api;
  private final Consumer<Event> history;

  LookUps(Api api, Consumer<Event> history) {
    this.api = api;
    this.history = history;
  }

  /**
   * Looks up the calls and adds the answers to the history.
   *
   * @throws IOException if a gateway gives no usable answer within 30 s
   */
  void all(List<URI> gateways, List<Event> events) throws IOException, InterruptedException {
    Map<String, Instant> calls = accepted(events);
    List<Future<?>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME * gateways.size())) {
      for (Map.Entry<String, Instant> call : calls.entrySet()) {
        for (URI gateway : gateways) {
          running.add(
              threads.submit(() -> {
                lookUp(gateway, call.getKey(), call.getValue());
                return true;
              }));
        }
      }
      for (Future<?> one : running) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("a look-up failed: " + e.getCause(), e);
    }
  }

  /** Returns the ids of all accepted calls with the time of their first request. */
  private static Map<String, Instant> accepted(List<Event> events) {
    Map<String, Instant> invoked = new LinkedHashMap<>();
    Map<String, Instant> calls = new LinkedHashMap<>();
    for (Event event : events) {
      switch (event) {
        case Event.Invoked e -> invoked.putIfAbsent(e.token(), e.at());
        case Event.Accepted e -> calls.put(e.id(), invoked.getOrDefault(e.token(), Instant.EPOCH));
        case Event.Answered e -> calls.put(e.id(), invoked.getOrDefault(e.token(), Instant.EPOCH));
        case Event.Refused _, Event.Unknown _, Event.LookedUp _, Event.FaultInjected _ -> {}
      }
    }
    return calls;
  }

  private void lookUp(URI gateway, String id, Instant since)
      throws IOException, InterruptedException {
    Instant end = Instant.now().plus(PATIENCE);
    while (true) {
      Api.Answer answer = api.result(gateway, id, since, 0);
      Result result = Client.resultOf(answer);
      if (result != null) {
        history.accept(new Event.LookedUp(Instant.now(), gateway.toString(), id, result, true));
        return;
      }
      if (Instant.now().isAfter(end)) {
        throw new IOException(gateway + " does not tell the result of " + id + ": " + answer);
      }
      Threads.pause(REST);
    }
  }
}
