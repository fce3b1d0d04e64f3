package fob.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.bus.Bus;
import fob.bus.BusSettings;
import fob.bus.Group;
import fob.bus.loop.ConsumerLoop;
import fob.bus.loop.Intake;
import fob.bus.wire.Topic;
import fob.bus.wire.Topics;
import fob.invoker.Invoker;
import fob.invoker.InvokerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Invokers that find the groups and the commits of the version before. */
@Timeout(180)
class UpgradeIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int CALLS = 60;

  /** Code that remembers its calls. */
  private static final String REMEMBERS =
      """
      runs = []
      def callme(n=None):
          if n is None:
              return " ".join(str(run) for run in sorted(runs))
          runs.append(n)
      """;

  @TempDir Path dir;

  private FobInParts parts;
  private BusSettings settings;
  private Bus bus;
  private Admin admin;
  private FobClient fob;

  @BeforeEach
  void start() throws Exception {
    parts = new FobInParts(dir);
    settings = parts.settings;
    bus = parts.add(new Bus(settings));
    admin = parts.add(bus.admin());
    fob = parts.client;
    parts.add(parts.deployer());
    await().atMost(SOON).until(() -> fob.get("/readyz").text().contains("no invoker is alive"));
  }

  @AfterEach
  void stop() {
    parts.close();
  }

  /**
   * Reads a topic as the version before does: a group for each topic, and commits that name the
   * unfinished records.
   */
  private ConsumerLoop before(Group group, Topic topic, Queue<Integer> finished) {
    String name = Objects.requireNonNull(group.earlier().get(topic.name()));
    ConsumerLoop loop =
        new ConsumerLoop(
            bus.loops().loop(name),
            List.of(
                new Intake(
                    topic,
                    (record, delivery) -> {
                      int n = number(record);
                      if (n % 3 != 0) {
                        finished.add(n);
                        delivery.done();
                      }
                    },
                    1_000,
                    1_000_000)),
            bus.member(new Group(name, topic, "invoker"), Optional.empty()),
            ConsumerLoop.Work.brief(Duration.ZERO));
    loop.start();
    return loop;
  }

  private static int number(ConsumerRecord<String, byte[]> record) {
    return Integer.parseInt(new String(record.value(), UTF_8).replaceAll("\\D", ""));
  }

  private void call(Topic topic, List<String> functions, int first) throws Exception {
    try (Producer<String, byte[]> producer = bus.producer()) {
      for (int n = first; n < first + CALLS; n++) {
        String function = functions.get(n % functions.size());
        producer
            .send(
                new ProducerRecord<>(
                    topic.name(), function, "{\"n\":%d}".formatted(n).getBytes(UTF_8)))
            .get();
      }
    }
  }

  private List<Integer> runs(List<String> functions) {
    List<Integer> runs = new ArrayList<>();
    for (String function : functions) {
      Answer answer = fob.call(function, "{}");
      assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
      for (String run : answer.at("/result").split(" ", -1)) {
        if (!run.isEmpty()) {
          runs.add(Integer.parseInt(run));
        }
      }
    }
    return runs.stream().sorted().toList();
  }

  @Test
  void newInvokersWaitForTheOldOnesAndRunOnceWhatThoseHaveNotFinished() throws Exception {
    // Given
    List<String> functions = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      functions.add(fob.register("timeout=120s", REMEMBERS));
    }
    call(Topics.ASYNC, functions, 0);
    call(Topics.CALL, functions, CALLS);
    Topic tier = Topics.RETRY.getFirst().topic();
    call(tier, functions, 2 * CALLS);
    Queue<Integer> finished = new ConcurrentLinkedQueue<>();
    ConsumerLoop oldCalls = before(Group.SHARDS, Topics.CALL, finished);
    ConsumerLoop oldAsync = before(Group.SHARDS, Topics.ASYNC, finished);
    ConsumerLoop oldTier = before(Group.RETRY, tier, finished);
    await().atMost(SOON).until(() -> finished.size() == 3 * CALLS * 2 / 3);
    await().atMost(SOON).until(() -> fob.get("/readyz").status() == 200);

    try (ExecutorService starts = Executors.newVirtualThreadPerTaskExecutor()) {
      // When
      List<Queue<String>> waiting =
          List.of(new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>());
      List<Future<Invoker>> starting = new ArrayList<>();
      for (String member : List.of("first", "second")) {
        Queue<String> hears = waiting.get(starting.size());
        starting.add(
            starts.submit(
                () -> Invoker.start(InvokerConfig.standard(settings, member), bus, hears::add)));
      }

      // Then
      for (Queue<String> one : waiting) {
        await().atMost(SOON).until(() -> !one.isEmpty());
        assertThat(one.peek())
            .contains("waiting until each invoker of the version before has ended")
            .contains("fob.invoker (members: 1)", "fob.invoker.async (members: 1)");
      }
      assertThat(starting).allSatisfy(start -> assertThat(start).isNotDone());

      // When
      oldCalls.close();
      oldAsync.close();

      // Then
      for (Queue<String> one : waiting) {
        await().atMost(SOON).until(() -> one.stream().anyMatch(UpgradeIT::namesTheTier));
      }
      assertThat(starting).allSatisfy(start -> assertThat(start).isNotDone());

      // When
      oldTier.close();
      List<Invoker> invokers = new ArrayList<>();
      for (Future<Invoker> one : starting) {
        invokers.add(parts.add(one.get()));
      }

      // Then
      List<Integer> unfinished =
          IntStream.range(0, 3 * CALLS).filter(n -> n % 3 == 0).boxed().toList();
      await().atMost(SOON).untilAsserted(() -> assertThat(runs(functions)).isEqualTo(unfinished));

      // When
      await().atMost(SOON).until(() -> committed(Group.SHARDS).size() == 32);
      await().atMost(SOON).until(() -> committed(Group.RETRY).size() == 16);
      invokers.forEach(Invoker::close);
      parts.add(Invoker.start(InvokerConfig.standard(settings, "first"), bus));
      call(Topics.ASYNC, functions, 4 * CALLS);

      // Then
      List<Integer> all =
          IntStream.range(0, 5 * CALLS)
              .filter(n -> n >= 4 * CALLS || (n < 3 * CALLS && n % 3 == 0))
              .boxed()
              .toList();
      await().atMost(SOON).untilAsserted(() -> assertThat(runs(functions)).isEqualTo(all));
    }
  }

  private static boolean namesTheTier(String waiting) {
    return waiting.contains("fob.retry.1s (members: 1)");
  }

  private List<TopicPartition> committed(Group group) throws Exception {
    return List.copyOf(
        admin
            .listConsumerGroupOffsets(group.name())
            .partitionsToOffsetAndMetadata()
            .get()
            .keySet());
  }
}
