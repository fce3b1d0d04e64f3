package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.bus.Bus;
import fob.bus.BusSettings;
import fob.bus.Group;
import fob.bus.wire.Parts;
import fob.bus.wire.Topics;
import fob.function.FunctionId;
import fob.invoker.Invoker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The calls of a divided function pass two invokers. */
@Timeout(240)
class SpreadIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int CLIENTS = 4;
  private static final Set<Integer> ALL =
      IntStream.range(0, Topics.CALL.partitions()).boxed().collect(Collectors.toSet());

  /** Code that returns which instance ran it, how many calls ran in it at most, and its number. */
  private static final String COUNTING =
      """
      import os, threading, time
      me = os.urandom(8).hex()
      lock = threading.Lock()
      running, most = 0, 0
      def callme(n):
          global running, most
          with lock:
              running += 1
              most = max(most, running)
          time.sleep(0.005)
          with lock:
              running -= 1
          return [me, most, n]
      """;

  @TempDir Path dir;

  private FobInParts parts;
  private BusSettings settings;
  private FobClient fob;
  private Invoker second;

  @BeforeEach
  void start() throws Exception {
    parts = new FobInParts(dir);
    settings = parts.settings;
    fob = parts.client;
    parts.add(parts.deployer());
    parts.add(parts.invoker("first"));
    second = parts.add(parts.invoker("second"));
    await().atMost(SOON).until(() -> fob.get("/readyz").status() == 200);
  }

  @AfterEach
  void stop() {
    parts.close();
  }

  @Test
  void bothInvokersRunCallsAndNoInstanceGetsMoreThanItsConcurrencyWhenPartitionsMove()
      throws Exception {
    // Given
    String function = divided();

    // When
    Map<String, Integer> most = new ConcurrentHashMap<>();
    AtomicBoolean over = new AtomicBoolean();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        int first = client * 1_000_000;
        all.add(
            clients.submit(() -> {
              for (int n = first; !over.get(); n++) {
                call(function, n, most);
              }
            }));
      }
      await().atMost(SOON).until(() -> most.size() == 2);
      second.close();
      awaitOwners(function, 1);
      second = parts.add(parts.invoker("second"));
      awaitOwners(function, 2);
      over.set(true);
      for (Future<?> one : all) {
        one.get();
      }
    }

    // Then
    assertThat(most).hasSize(2).allSatisfy((_, calls) -> assertThat(calls).isEqualTo(1));
  }

  /** Registers functions until one has parts with different owners. */
  private String divided() throws Exception {
    await().atMost(SOON).until(() -> owners(ALL) == 2);
    for (int i = 0; i < 40; i++) {
      String function = fob.register("concurrency=1&instances=2&spread=2", COUNTING);
      if (owners(partitions(function)) == 2) {
        await()
            .atMost(SOON)
            .until(() -> !fob.get("/api/meta/" + function).at("/instances/1/id").isEmpty());
        return function;
      }
      fob.delete("/api/gen/" + function);
    }
    throw new AssertionError("no function has parts with different owners");
  }

  private static Set<Integer> partitions(String function) {
    Parts used = new Parts(FunctionId.parse(function).orElseThrow(), 2, Topics.CALL.partitions());
    return Set.of(used.partition(0), used.partition(1));
  }

  private void awaitOwners(String function, int count) {
    await().atMost(SOON).until(() -> owners(partitions(function)) == count);
  }

  /**
   * Returns how many invokers own some of these partitions, if none of them is without an owner.
   */
  private long owners(Set<Integer> partitions) throws Exception {
    try (Bus bus = new Bus(settings);
        Admin admin = bus.admin()) {
      List<Set<Integer>> members =
          Objects.requireNonNull(
                  admin
                      .describeConsumerGroups(List.of(Group.SHARDS.name()))
                      .all()
                      .get()
                      .get(Group.SHARDS.name()))
              .members()
              .stream()
              .map(member ->
                  member.assignment().topicPartitions().stream()
                      .filter(one -> one.topic().equals(Topics.CALL.name()))
                      .map(TopicPartition::partition)
                      .filter(partitions::contains)
                      .collect(Collectors.toSet()))
              .toList();
      boolean complete = members.stream().mapToInt(Set::size).sum() == partitions.size();
      return complete ? members.stream().filter(one -> !one.isEmpty()).count() : 0;
    }
  }

  private void call(String function, int n, Map<String, Integer> most) {
    Answer answer = fob.call(function, "{\"n\":" + n + "}");
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    assertThat(answer.at("/result/2")).isEqualTo(Integer.toString(n));
    most.merge(answer.at("/result/0"), Integer.parseInt(answer.at("/result/1")), Math::max);
  }
}
