package fob.deployer.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import fob.function.FunctionId;
import fob.function.Instance;
import fob.function.Limits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Functions that go over a limit, and what they and their callers hear. For every platform. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class LimitBreakers {

  private static final Limits SMALL = new Limits(Duration.ofSeconds(10), 2, 128, 1, false);

  private TestPlatform tested;

  /** Returns the platform whose limits are tested. */
  protected abstract TestPlatform platform(Path logs) throws IOException;

  @BeforeAll
  void start(@TempDir Path logs) throws IOException {
    tested = platform(logs);
  }

  @AfterAll
  void stop() throws IOException {
    if (tested != null) {
      tested.close();
    }
  }

  /** Uses a quarter of a core, though it has three processes that are never idle. */
  @Test
  void processesThatAreNeverIdleGetNoMoreProcessorTimeThanTheFunctionMayHave() throws IOException {
    JsonNode used =
        tested.runInside(
            """
            import os, time
            begin = time.monotonic()
            children = []
            for _ in range(3):
                child = os.fork()
                if child == 0:
                    while time.monotonic() < begin + 3:
                        pass
                    os._exit(0)
                children.append(child)
            for child in children:
                os.waitpid(child, 0)
            times = os.times()
            used = times.children_user + times.children_system
            return [used, time.monotonic() - begin]
            """,
            new Limits(Duration.ofSeconds(30), 2, 128, 1, false, 250));
    // The kernel gives out the time of a whole period at once, so a little more is in order.
    assertThat(used.path(0).asDouble() / used.path(1).asDouble()).isBetween(0.02, 0.35);
  }

  /** Its error is the system's own; the invoker adds the limit to it. */
  @Test
  void threadsWithoutEndFail() throws IOException {
    assertThat(
            failure(
                """
                import threading, time
                def callme():
                    while True:
                        threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
                """))
        .contains("can't start new thread");
  }

  @Test
  void openFilesWithoutEndFail() throws IOException {
    assertThat(
            failure(
                """
                import os
                kept = []
                def callme():
                    try:
                        while True:
                            kept.append(os.open('/dev/null', os.O_RDONLY))
                    finally:
                        for fd in kept:
                            os.close(fd)
                """))
        .contains("Too many open files");
  }

  @Test
  void temporaryFilesWithoutEndFail() throws IOException {
    assertThat(
            failure(
                """
                def callme():
                    with open('/tmp/big', 'wb', buffering=0) as one:
                        for _ in range(60):
                            one.write(bytes(1 << 20))
                    with open('/tmp/other', 'wb', buffering=0) as other:
                        for _ in range(60):
                            if other.write(bytes(1 << 20)) < 1 << 20:
                                other.write(bytes(1 << 20))
                """))
        .contains("No space left on device");
  }

  @Test
  void resultThatIsTooLargeIsRefused() throws IOException {
    assertThat(failure("def callme():\n    return 'x' * (2 << 20)\n"))
        .contains("result-too-large", "1048576");
  }

  @Test
  void callWithoutEndEndsWithItsInstanceAndTheReasonNamesTheTimeout() {
    // Given
    FunctionId id =
        tested.deploy(
            "def callme():\n    while True: pass\n",
            new Limits(Duration.ofMillis(500), 2, 128, 1, false));
    Instance instance = tested.awaitReady(id);

    // When
    Thread.ofVirtual().start(() -> ignoringItsEnd(instance));

    // Then
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(tested.ends(id)).anyMatch(why -> why.contains("timeout of 500ms")));
  }

  @Test
  void moreMemoryThanThereIsEndsTheInstanceAndTheReasonNamesTheSetting() {
    // Given
    FunctionId id = tested.deploy("def callme():\n    return len(bytes(1) * (400 << 20))\n", SMALL);
    Instance instance = tested.awaitReady(id);

    // When
    Thread.ofVirtual().start(() -> ignoringItsEnd(instance));

    // Then
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(tested.ends(id))
                .anyMatch(why -> why.contains("128 MiB of memory") && why.contains("memory=256")));
  }

  private static void ignoringItsEnd(Instance instance) {
    try {
      UnixHttp.run(instance, "{}");
    } catch (IOException ended) {
      // The instance ends in the middle of the call; the test waits for the reason.
    }
  }

  private String failure(String code) throws IOException {
    UnixHttp.Answer answer = UnixHttp.run(tested.awaitReady(tested.deploy(code, SMALL)), "{}");
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(500);
    return answer.body().toString();
  }
}
