package fob.chaos;

import fob.chaos.check.Behaviour;
import fob.chaos.check.CallKind;
import fob.chaos.check.Summary;
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
 * Clients of eleven kinds, which make about 50 calls a second together if each is there once. A
 * client does not wait for the reply to one call before it makes the next, unless 100 of its calls
 * have no reply. An instance runs once.
 */
final class Load implements AutoCloseable {

  private static final int MOST_UNANSWERED = 100;
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(100);

  private final Client client;
  private final Instant end;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private record ClientProfile(
      String name, CallKind kind, int perSecond, Function<Random, Behaviour> picks) {

    /** Returns the same client with a name of its own; the first copy keeps the name. */
    ClientProfile copy(int number) {
      return new ClientProfile(number == 1 ? name : name + "." + number, kind, perSecond, picks);
    }
  }

  private static final List<ClientProfile> CLIENTS =
      List.of(
          new ClientProfile(Summary.STEADY + "1", CallKind.SYNC_HTTP, 3, _ -> Behaviour.ECHO),
          new ClientProfile(Summary.STEADY + "2", CallKind.SYNC_HTTP, 3, _ -> Behaviour.ECHO),
          new ClientProfile(Summary.STEADY + "3", CallKind.SYNC_HTTP, 3, _ -> Behaviour.ECHO),
          new ClientProfile(Summary.STEADY + "4", CallKind.SYNC_HTTP, 3, _ -> Behaviour.ECHO),
          new ClientProfile("sync", CallKind.SYNC_HTTP, 3, Load::mixed),
          new ClientProfile("async1", CallKind.ASYNC_HTTP, 6, Load::mixed),
          new ClientProfile("async2", CallKind.ASYNC_HTTP, 6, Load::mixed),
          new ClientProfile("keyed", CallKind.KEYED_HTTP, 5, Load::mixed),
          new ClientProfile("keysync", CallKind.KEYED_SYNC, 3, Load::mixed),
          new ClientProfile("kafka", CallKind.ASYNC_KAFKA, 8, Load::mixed),
          new ClientProfile("record", CallKind.SYNC_KAFKA, 7, Load::mixed));

  private Load(Client client, Instant end) {
    this.client = client;
    this.end = end;
  }

  /**
   * Starts all clients. They make no more calls after {@code end}.
   *
   * @param copies how many times each client is there
   */
  static Load start(Client client, long seed, int copies, Instant end) {
    Load load = new Load(client, end);
    for (ClientProfile each : CLIENTS) {
      for (int number = 1; number <= copies; number++) {
        ClientProfile profile = each.copy(number);
        Random random = new Random(seed ^ profile.name().hashCode());
        load.threads.execute(() -> load.run(profile, random));
      }
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

  private void run(ClientProfile profile, Random random) {
    Semaphore unanswered = new Semaphore(MOST_UNANSWERED);
    long pause = Duration.ofSeconds(1).toNanos() / profile.perSecond();
    try {
      for (int i = 1; Instant.now().isBefore(end); i++) {
        Threads.pause(Duration.ofNanos(pause / 2 + random.nextLong(pause)));
        String token = profile.name() + "-" + i;
        Behaviour behaviour = profile.picks().apply(random);
        Random own = new Random(random.nextLong());
        unanswered.acquire();
        if (Instant.now().isAfter(end)) {
          return;
        }
        threads.execute(() -> call(profile, behaviour, token, own, unanswered));
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void call(
      ClientProfile profile,
      Behaviour behaviour,
      String token,
      Random random,
      Semaphore unanswered) {
    try {
      client.call(profile.kind(), behaviour, token, random);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } finally {
      unanswered.release();
    }
  }

  /** Waits until the clients have ended and the last replies have arrived, 100 s at most. */
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
