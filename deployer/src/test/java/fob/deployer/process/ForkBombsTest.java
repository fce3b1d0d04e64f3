package fob.deployer.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.deployer.local.UnixHttp;
import fob.function.FunctionId;
import fob.function.Instance;
import fob.function.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForkBombsTest {

  private static final String BOMB =
      """
      import os
      def callme():
          while True:
              try:
                  os.fork()
              except OSError:
                  pass
      """;

  @TempDir Path folder;
  private final AtomicInteger ends = new AtomicInteger();
  private Path group;
  private ForkBombs forkBombs;

  /** The test looks itself, so the timer has ended and runs nothing. */
  @BeforeEach
  void watchOneInstance() throws IOException {
    group = Files.createDirectory(folder.resolve("1-1"));
    ScheduledThreadPoolExecutor ended =
        new ScheduledThreadPoolExecutor(1, new ThreadPoolExecutor.DiscardPolicy());
    ended.shutdownNow();
    forkBombs = new ForkBombs(ended);
    refused(0);
    forkBombs.watch(new Cgroup(List.of(group), group), _ -> ends.incrementAndGet());
    forkBombs.look();
  }

  private void refused(long refused) throws IOException {
    Files.writeString(group.resolve("pids.events"), "max " + refused + "\n");
  }

  @Test
  void anInstanceThatIsRefusedManyProcessesIsEnded() throws IOException {
    // When
    refused(50);
    forkBombs.look();
    refused(1_000);
    forkBombs.look();

    // Then
    assertThat(ends).hasValue(1);
  }

  @Test
  void anInstanceThatIsRefusedSomeProcessesIsLeftAlone() throws IOException {
    // When
    refused(100);
    forkBombs.look();
    forkBombs.look();

    // Then
    assertThat(ends).hasValue(0);
  }

  @Test
  void anInstanceThatHasEndedIsForgotten() throws IOException {
    // When
    forkBombs.forget(new Cgroup(List.of(group), group));
    refused(50_000);
    forkBombs.look();

    // Then
    assertThat(ends).hasValue(0);
  }

  @Test
  void aForkBombIsEndedLongBeforeItsTimeoutAndTheReasonNamesTheBound(@TempDir Path logs)
      throws IOException {
    try (ProcessTestPlatform tested = new ProcessTestPlatform(logs)) {
      // Given
      FunctionId id = tested.deploy(BOMB, new Limits(Duration.ofMinutes(5), 2, 1024, 1, false));
      Instance instance = tested.awaitReady(id);

      // When
      Thread.ofVirtual().start(() -> callIgnoringItsEnd(instance));

      // Then
      await()
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(() ->
              assertThat(tested.ends(id))
                  .anyMatch(why -> why.contains("processes or threads beyond its bound of 68")));
      assertThat(tested.awaitReplaced(id, instance)).isNotEqualTo(instance);
    }
  }

  private static void callIgnoringItsEnd(Instance instance) {
    try {
      UnixHttp.run(instance, "{}");
    } catch (IOException ended) {
      // The instance ends in the middle of the call; the test waits for the reason.
    }
  }
}
