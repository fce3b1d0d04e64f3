package fob.standalone;

import static fob.standalone.Problems.assertCallProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A call that does not end costs its instance, but no other call. */
@Timeout(120)
@ExtendWith(SharedFob.class)
class StuckFunctionIT {

  private static final String CODE =
      """
      import itertools, re, sys, time, uuid
      instance = str(uuid.uuid4())
      def callme(how="ok"):
          if how == "stuck":
              while True:
                  time.sleep(0.01)
          if how == "holds-interpreter":
              re.match(r"(a+)+$", "a" * 60 + "b")
          if how == "computes":
              sys.setswitchinterval(60)  # no other thread of the driver runs meanwhile
              end = time.monotonic() + 12
              while time.monotonic() < end:
                  sum(itertools.repeat(1, 1_000_000))
              sys.setswitchinterval(0.005)
          if how == "slow":
              time.sleep(1.2)
          return [how, instance]
      """;

  private final FobClient fob;

  StuckFunctionIT(FobClient fob) {
    this.fob = fob;
  }

  @Test
  void stuckCallGets504AndItsInstanceIsReplacedWhileOtherCallsFinish() {
    // Given
    String id = fob.register("timeout=4s", CODE);
    String before = fob.get("/api/call/" + id).at("/result/1");
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      // When
      var stuck = call(callers, id, "stuck");
      await().pollDelay(Duration.ofSeconds(3)).untilAsserted(() -> assertThat(stuck).isNotDone());
      var slow = call(callers, id, "slow");
      List<Answer> meanwhile = callUntilDone(id, stuck, Duration.ofSeconds(2));

      // Then
      Answer timedOut = stuck.join();
      assertCallProblem(timedOut, 504, "function", "timeout");
      assertThat(timedOut.at("/detail")).contains("4s");
      assertThat(timedOut.took()).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(7));
      assertThat(slow.join().at("/result/1")).as(slow.join().toString()).isEqualTo(before);
      assertThat(meanwhile).extracting(Answer::status).containsOnly(200);
      assertThat(meanwhile.getLast().at("/result/1")).isNotEqualTo(before);
    }
  }

  @Test
  void callThatHoldsTheInterpreterGets504AndItsInstanceIsReplaced() {
    // Given
    String id = fob.register("timeout=3s", CODE);
    String before = fob.get("/api/call/" + id).at("/result/1");

    // When
    Answer stuck = fob.get("/api/call/" + id + "?how:holds-interpreter");
    Answer next = fob.get("/api/call/" + id);

    // Then
    assertCallProblem(stuck, 504, "function", "timeout");
    assertThat(next.status()).as(next.toString()).isEqualTo(200);
    assertThat(next.at("/result/1")).isNotEqualTo(before);
  }

  /** As long as three checks of its health, which it cannot answer. */
  @Test
  void callThatHoldsTheInterpreterForLongButWithinItsTimeIsAnswered() {
    // Given
    String id = fob.register("timeout=55s", CODE);
    String before = fob.get("/api/call/" + id).at("/result/1");

    // When
    Answer computed = fob.get("/api/call/" + id + "?how:computes");

    // Then
    assertThat(computed.at("/result/1")).as(computed.toString()).isEqualTo(before);
    assertThat(computed.took()).isGreaterThan(Duration.ofSeconds(10));
  }

  private CompletableFuture<Answer> call(ExecutorService callers, String id, String how) {
    return CompletableFuture.supplyAsync(() -> fob.get("/api/call/" + id + "?how:" + how), callers);
  }

  /** Makes calls until the other call has ended, and for the given time after it. */
  private List<Answer> callUntilDone(String id, CompletableFuture<Answer> other, Duration longer) {
    List<Answer> answers = new ArrayList<>();
    long end = Long.MAX_VALUE;
    while (System.nanoTime() < end) {
      if (end == Long.MAX_VALUE && other.isDone()) {
        end = System.nanoTime() + longer.toNanos();
      }
      answers.add(fob.get("/api/call/" + id));
    }
    return answers;
  }
}
