package fob.bench.counts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MeterTest {

  private static final int TIMES = 100;

  /** Real threads of this JVM, which are switched each time that they wait for each other. */
  @Test
  void switchesOfAThreadThatWaitsAreCountedUnderItsWholeName()
      throws IOException, InterruptedException {
    SynchronousQueue<Integer> queue = new SynchronousQueue<>();
    Meter meter = new Meter(() -> List.of(ProcessHandle.current().pid()), List::of);
    Thread waiting =
        Thread.ofPlatform()
            .daemon()
            .name("fob-thread-with-a-long-name-7")
            .start(() -> takeForever(queue));
    queue.put(0);
    Snapshot before = meter.now();
    for (int i = 0; i < TIMES; i++) {
      queue.put(i);
      awaitWaiting(waiting);
    }
    Counts counts = meter.between(before, meter.now(), Serving.FOB, 1);
    // This JVM makes the load, and is given as one of fob's, too.
    for (Part part : List.of(Part.GENERATOR, Part.SERVICES)) {
      assertThat(counts.of(new Group(part, "fob-thread-with-a-long-name")).voluntary())
          .isGreaterThanOrEqualTo(TIMES / 2.0);
    }
    waiting.interrupt();
  }

  private static void takeForever(SynchronousQueue<Integer> queue) {
    try {
      while (true) {
        queue.take();
      }
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }

  @Test
  void namesAreReadFromAThreadDump() {
    assertThat(
            ThreadNames.parse(
                """
                2154:
                Full thread dump OpenJDK 64-Bit Server VM (25):

                "kafka-producer-network-thread | producer-1" #94 [2273] daemon prio=5 nid=2273 runnable
                   java.lang.Thread.State: RUNNABLE
                "VM Thread" os_prio=0 cpu=541.93ms tid=0x00007f3858064960 nid=2196 runnable
                """))
        .containsEntry(2273L, "kafka-producer-network-thread | producer-1")
        .containsEntry(2196L, "VM Thread")
        .hasSize(2);
  }
}
