package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.bus.Group;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls that run while invokers join and leave. */
@Timeout(180)
class RebalanceIT {

  private static final String LONG = "{\"seconds\":12,\"name\":\"a\"}";

  /** Code that returns how often it was called with its name, or with another one. */
  private static final String SLOW =
      """
      import time
      runs = []
      def callme(seconds, name, of=None):
          runs.append(name)
          time.sleep(seconds)
          return runs.count(of or name)
      """;

  /** Code that returns the names of the calls that it has run more than once. */
  private static final String REPEATED =
      """
      import collections, time
      runs = collections.Counter()
      def callme(name):
          runs[name] += 1
          time.sleep(0.3)
          return [each for each, count in runs.items() if count > 1]
      """;

  private static final int CALLERS = 8;

  @TempDir Path folder;

  private Cluster cluster() {
    Cluster cluster = new Cluster(folder);
    cluster.start("deployer", "deployer");
    cluster.start("invoker", "first");
    cluster.start("gateway", "gateway");
    cluster.awaitReady("gateway", "first");
    cluster.awaitDeployer("gateway");
    return cluster;
  }

  @Test
  void longCallsThatRunWhenInvokersJoinAreFinishedByTheOldOneAndRunOnce() {
    try (Cluster cluster = cluster()) {
      // Given
      FobClient client = cluster.client("gateway");
      List<String> functions = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        functions.add(client.register("", SLOW));
      }
      List<String> ids = new ArrayList<>();
      for (String function : functions) {
        ids.add(client.callAsync(function, LONG));
      }
      await()
          .atMost(Duration.ofSeconds(5))
          .until(() ->
              client.call(functions.getLast(), "{\"seconds\":0,\"name\":\"b\"}").status() == 200);

      // When
      cluster.start("invoker", "second");
      cluster.awaitReady("second");

      // Then
      for (String id : ids) {
        assertThat(client.result(id).text()).isEqualTo("{\"result\":1}");
      }
      // What was handed over by mistake would have been run again by now.
      for (String function : functions) {
        assertThat(client.call(function, "{\"seconds\":0,\"name\":\"a\"}").text())
            .isEqualTo("{\"result\":2}");
      }
    }
  }

  @Test
  void longCallsOfAnInvokerThatDiesAreRunAgainByTheOther() {
    try (Cluster cluster = cluster()) {
      // Given
      FobClient client = cluster.client("gateway");
      String function = client.register("", SLOW);
      String id = client.callAsync(function, LONG);
      await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> client.call(function, "{\"seconds\":0,\"name\":\"b\"}").status() == 200);
      cluster.start("invoker", "second");
      cluster.awaitReady("second");

      // When
      cluster.process("first").kill();

      // Then
      assertThat(client.result(id).text()).isIn("{\"result\":1}", "{\"result\":2}");
    }
  }

  @Test
  void invokerThatStopsFinishesItsCallsWhileTheOtherTakesOver() {
    try (Cluster cluster = cluster()) {
      // Given
      FobClient client = cluster.client("gateway");
      String function = client.register("", SLOW);
      String id = client.callAsync(function, "{\"seconds\":4,\"name\":\"a\"}");
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() ->
              client
                  .call(function, "{\"seconds\":0,\"name\":\"probe\",\"of\":\"a\"}")
                  .text()
                  .equals("{\"result\":1}"));
      cluster.start("invoker", "second");
      cluster.awaitReady("second");

      // When
      cluster.process("first").terminate();
      Answer meanwhile = client.call(function, "{\"seconds\":0,\"name\":\"b\"}");

      // Then
      assertThat(meanwhile.text()).isEqualTo("{\"result\":1}");
      assertThat(meanwhile.took()).isLessThan(Duration.ofSeconds(8));
      System.out.println("a call while its invoker stops: " + meanwhile.took().toMillis() + " ms");
      assertThat(client.result(id).text()).isEqualTo("{\"result\":1}");
      assertThat(client.call(function, "{\"seconds\":0,\"name\":\"a\"}").text())
          .isEqualTo("{\"result\":2}");
      assertThat(cluster.process("first").awaitExit(Duration.ofSeconds(20))).isZero();
    }
  }

  /**
   * A member of a group can neither commit nor hand over while the group rebalances, and with many
   * members that takes a second or two.
   */
  @Test
  void noCallRunsTwiceIfInvokersStopWhileOthersJoin() {
    try (Cluster cluster = cluster();
        Admin admin =
            Admin.create(
                Map.<String, Object>of(
                    AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.bootstrapServers()))) {
      // Given
      cluster.start("invoker", "second");
      cluster.start("invoker", "third");
      cluster.awaitReady("second", "third");
      FobClient client = cluster.client("gateway");
      List<String> functions = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        functions.add(client.register("", REPEATED));
      }
      AtomicInteger calls = new AtomicInteger();
      Queue<Answer> failed = new ConcurrentLinkedQueue<>();

      // When
      try (ScheduledExecutorService callers = Executors.newScheduledThreadPool(CALLERS)) {
        for (String function : functions) {
          Runnable call =
              () -> {
                Answer answer = client.call(function, "{\"name\":" + calls.incrementAndGet() + "}");
                if (answer.status() != 200) {
                  failed.add(answer);
                }
              };
          var _ = callers.scheduleWithFixedDelay(call, 0, 1, TimeUnit.MILLISECONDS);
        }
        for (String old : List.of("first", "second", "third")) {
          String successor = "successor of " + old;
          cluster.start("invoker", successor);
          await()
              .atMost(Duration.ofSeconds(30))
              .pollInterval(Duration.ofMillis(20))
              .until(() -> members(admin) == 4);
          cluster.process(old).terminate();
          assertThat(cluster.process(old).awaitExit(Duration.ofSeconds(40))).isZero();
          cluster.awaitReady(successor);
        }
      }

      // Then
      assertThat(failed).isEmpty();
      for (String function : functions) {
        assertThat(client.call(function, "{\"name\":0}").text()).isEqualTo("{\"result\":[]}");
      }
      System.out.println("calls while invokers are replaced: " + calls);
    }
  }

  private static int members(Admin admin) throws ExecutionException, InterruptedException {
    String group = Group.SHARDS.name();
    var groups = admin.describeConsumerGroups(List.of(group)).all().get();
    return Objects.requireNonNull(groups.get(group)).members().size();
  }
}
