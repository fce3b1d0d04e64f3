package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
}
