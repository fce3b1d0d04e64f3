package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.bus.Bus;
import fob.bus.BusSettings;
import fob.bus.Group;
import fob.bus.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** All calls of a function, synchronous or not, pass one invoker of two. */
@Timeout(240)
class SharedLaneIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int FLOOD = 5_000;
  private static final int CLIENTS = 8;
  private static final int CALLS_OF_A_CLIENT = 100;

  /** Code that counts how many calls run at a time, and how many have run. */
  private static final String COUNTING =
      """
      import threading, time
      lock = threading.Lock()
      running, most, calls = 0, 0, 0
      def callme(report=False):
          global running, most, calls
          if report:
              return [most, calls]
          with lock:
              running += 1
              calls += 1
              most = max(most, running)
          time.sleep(0.005)
          with lock:
              running -= 1
      """;

  @TempDir Path dir;

  private FobInParts parts;
  private BusSettings settings;
  private FobClient fob;

  @BeforeEach
  void start() throws Exception {
    parts = new FobInParts(dir);
    settings = parts.settings;
    fob = parts.client;
    parts.add(parts.deployer());
    for (String member : List.of("first", "second")) {
      parts.add(parts.invoker(member));
    }
    await().atMost(SOON).until(() -> fob.get("/readyz").status() == 200);
  }

  @AfterEach
  void stop() {
    parts.close();
  }

  @Test
  void bothInvokersHaveShardsAndEachHasBothTopicsPartitionsOfItsNumbers() throws Exception {
    try (Bus bus = new Bus(settings);
        Admin admin = bus.admin()) {
      await()
          .atMost(SOON)
          .untilAsserted(() -> {
            List<Set<Integer>> calls = numbers(admin, Topics.CALL.name());
            assertThat(calls).hasSize(2).allSatisfy(one -> assertThat(one).hasSize(8));
            assertThat(numbers(admin, Topics.ASYNC.name())).isEqualTo(calls);
          });
    }
  }

  /** The numbers of the partitions of a topic that each member has. */
  private static List<Set<Integer>> numbers(Admin admin, String topic) throws Exception {
    List<Set<Integer>> numbers = new ArrayList<>();
    var members =
        admin
            .describeConsumerGroups(List.of(Group.SHARDS.name()))
            .all()
            .get()
            .values()
            .iterator()
            .next()
            .members();
    for (MemberDescription member : members) {
      Set<Integer> ofMember = new HashSet<>();
      member.assignment().topicPartitions().stream()
          .filter(partition -> partition.topic().equals(topic))
          .forEach(partition -> ofMember.add(partition.partition()));
      numbers.add(ofMember);
    }
    return numbers;
  }

  @Test
  void aFloodOfAsynchronousCallsExceedsNoConcurrencyAndStopsNoSynchronousCall() throws Exception {
    // Given
    String function = fob.register("concurrency=4&timeout=60s", COUNTING);
    await().atMost(SOON).until(() -> fob.call(function, "{}").status() == 200);
    callFromManyClients(function); // warms up
    List<Duration> calm = callFromManyClients(function);
    int before = report(function).calls();

    // When
    try (Bus bus = new Bus(settings);
        Producer<String, byte[]> producer = bus.bulkProducer()) {
      for (int i = 0; i < FLOOD; i++) {
        var _ = producer.send(new ProducerRecord<>(Topics.ASYNC.name(), function, new byte[0]));
      }
      producer.flush();
    }
    List<Duration> flooded = callFromManyClients(function);
    int during = report(function).calls();

    // Then
    System.out.printf(
        "synchronous calls, p50 and p99: %s and %s ms; in a flood %s and %s ms; %d of %d asynchronous calls ran meanwhile%n",
        millis(calm, 50),
        millis(calm, 99),
        millis(flooded, 50),
        millis(flooded, 99),
        during - before - flooded.size(),
        FLOOD);
    await()
        .atMost(Duration.ofSeconds(150))
        .until(() -> report(function).calls() == before + flooded.size() + FLOOD);
    assertThat(report(function).most()).isEqualTo(4);
  }

  private record Report(int most, int calls) {}

  private Report report(String function) {
    Answer answer = fob.call(function, "{\"report\":true}");
    return new Report(
        Integer.parseInt(answer.at("/result/0")), Integer.parseInt(answer.at("/result/1")));
  }

  /** Makes the calls of all clients, and returns how long each took. */
  private List<Duration> callFromManyClients(String function) throws Exception {
    Callable<List<Duration>> client =
        () -> {
          List<Duration> took = new ArrayList<>();
          for (int i = 0; i < CALLS_OF_A_CLIENT; i++) {
            Answer answer = fob.call(function, "{}");
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
            took.add(answer.took());
          }
          return took;
        };
    List<Duration> all = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<List<Duration>> one : clients.invokeAll(Collections.nCopies(CLIENTS, client))) {
        all.addAll(one.get());
      }
    }
    return all;
  }

  private static String millis(List<Duration> all, int percent) {
    List<Duration> sorted = all.stream().sorted().toList();
    return "%.1f"
        .formatted(sorted.get((sorted.size() - 1) * percent / 100).toNanos() / 1_000_000.0);
  }
}
