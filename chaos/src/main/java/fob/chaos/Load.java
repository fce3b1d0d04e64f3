package fob.chaos;

import fob.chaos.check.Behaviour;
import fob.chaos.check.Summary;
import fob.chaos.check.Way;
import fob.service.Threads;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Clients that make calls at a steady rate, whether or not the ones before are answered: about 45 a
 * second in all. A client with too many unanswered ones waits. Single use.
 */
final class Load implements AutoCloseable {

  private static final int MOST_UNANSWERED = 100;
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(100);

  private final Client client;
  private final Instant end;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private record Kind(String name, Way way, int perSecond, Function<Random, Behaviour> picks) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind(Summary.STEADY + "1", Way.SYNC_HTTP, 3, _ -> Behaviour.ECHO),
          new Kind(Summary.STEADY + "2", Way.SYNC_HTTP, 3, _ -> Behaviour.ECHO),
          new Kind(Summary.STEADY + "3", Way.SYNC_HTTP, 3, _ -> Behaviour.ECHO),
          new Kind(Summary.STEADY + "4", Way.SYNC_HTTP, 3, _ -> Behaviour.ECHO),
          new Kind("sync", Way.SYNC_HTTP, 3, Load::mixed),
          new Kind("async1", Way.ASYNC_HTTP, 6, Load::mixed),
          new Kind("async2", Way.ASYNC_HTTP, 6, Load::mixed),
          new Kind("keyed", Way.KEYED_HTTP, 5, Load::mixed),
          new Kind("kafka", Way.ASYNC_KAFKA, 8, Load::mixed),
          new Kind("record", Way.SYNC_KAFKA, 7, Load::mixed));

  private Load(Client client, Instant end) {
    this.client = client;
    this.end = end;
  }

  /** Starts all clients; each stops by itself at the end. */
  static Load start(Client client, long seed, Instant end) {
    Load load = new Load(client, end);
    for (Kind kind : KINDS) {
      Random random = new Random(seed ^ kind.name().hashCode());
      load.threads.execute(() -> load.run(kind, random));
    }
    return load;
  }

  private static Behaviour mixed(Random random) {
    int lot = random.nextInt(100);
    if (lot < 45) {
      return Behaviour.ECHO;
    } else if (lot < 65) {
      return Behaviour.FLAKY;
    } else if (lot < 73) {
      return Behaviour.FAILING;
    } else if (lot < 78) {
      return Behaviour.SLOW;
    } else if (lot < 92) {
      return Behaviour.NO_RETRY;
    }
    return Behaviour.CRASHING;
  }

  private void run(Kind kind, Random random) {
    Semaphore unanswered = new Semaphore(MOST_UNANSWERED);
    long pause = Duration.ofSeconds(1).toNanos() / kind.perSecond();
    try {
      for (int i = 1; Instant.now().isBefore(end); i++) {
        Threads.pause(Duration.ofNanos(pause / 2 + random.nextLong(pause)));
        String token = kind.name() + "-" + i;
        Behaviour behaviour = kind.picks().apply(random);
        Random own = new Random(random.nextLong());
        unanswered.acquire();
        if (Instant.now().isAfter(end)) {
          return;
        }
        threads.execute(() -> call(kind, behaviour, token, own, unanswered));
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void call(
      Kind kind, Behaviour behaviour, String token, Random random, Semaphore unanswered) {
    try {
      client.call(kind.way(), behaviour, token, random);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } finally {
      unanswered.release();
    }
  }

  /** Waits for the end and the last answers. */
  void await() throws InterruptedException {
    Threads.pause(Duration.between(Instant.now(), end).plusSeconds(1));
    threads.shutdown();
    if (!threads.awaitTermination(LAST_ANSWERS.toSeconds(), TimeUnit.SECONDS)) {
      threads.shutdownNow();
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
