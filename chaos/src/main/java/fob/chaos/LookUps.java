package fob.chaos;

import fob.chaos.check.Event;
import fob.chaos.check.Result;
import fob.service.Threads;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Looks up accepted calls at every gateway after all calls have ended: all of them, or so many that
 * are chosen at random.
 */
final class LookUps {

  /** Look-ups at a time for each gateway, which has as many readers. */
  private static final int AT_A_TIME = 16;

  /** A look-up reads the log near the time of the call, so all calls of a long run take an hour. */
  private static final int MOST = 20_000;

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration REST = Duration.ofMillis(500);

  private final Api api;
  private final long seed;
  private final Consumer<Event> history;

  /**
   * @param seed seeds the choice of the calls
   */
  LookUps(Api api, long seed, Consumer<Event> history) {
    this.api = api;
    this.seed = seed;
    this.history = history;
  }

  /**
   * Looks up the calls and adds the answers to the history.
   *
   * @throws IOException if a gateway gives no usable answer within 30 s
   */
  void make(List<URI> gateways, List<Event> events) throws IOException, InterruptedException {
    List<Map.Entry<String, Instant>> calls = new ArrayList<>(accepted(events).entrySet());
    Collections.shuffle(calls, new Random(seed));
    List<Future<?>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME * gateways.size())) {
      for (Map.Entry<String, Instant> call : calls.subList(0, Math.min(MOST, calls.size()))) {
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
