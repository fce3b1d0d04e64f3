package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A fob that has nothing to do leaves the processor alone. Thread switches are counted, since their
 * number hardly depends on how fast or busy the machine is.
 */
@Timeout(60)
@ExtendWith(SharedFob.class)
class IdleIT {

  /** 2.5 times what docs/performance.md records. */
  private static final int MOST_A_SECOND = 610;

  private static final int WINDOWS = 4;
  private static final Duration WINDOW = Duration.ofSeconds(2);
  private static final Path THREADS = Path.of("/proc/self/task");
  private static final Pattern SWITCHES =
      Pattern.compile("(?:non)?voluntary_ctxt_switches:\\s*(\\d+)");

  private final FobClient fob;

  IdleIT(FobClient fob) {
    this.fob = fob;
  }

  @Test
  void anIdleFobHardlySwitchesThreads() throws Exception {
    // Given a function that is warm
    String id = fob.post("/api/gen", Repository.example("helloworld.py")).at("/id");
    assertThat(fob.get("/api/call/" + id).status()).isEqualTo(200);

    // When
    Map<String, Long> fewest = Map.of();
    long sum = Long.MAX_VALUE;
    for (int window = 0; window < WINDOWS && sum > most(); window++) {
      Map<String, Long> switches = switches(WINDOW);
      long now = switches.values().stream().mapToLong(Long::longValue).sum();
      fewest = now < sum ? switches : fewest;
      sum = Math.min(sum, now);
    }

    // Then in some window
    assertThat(sum).as("switches in %s by thread: %s", WINDOW, fewest).isLessThan(most());
  }

  private static long most() {
    return MOST_A_SECOND * WINDOW.toSeconds();
  }

  /** The compilers' threads are left out: they work for minutes after a start. */
  private static Map<String, Long> switches(Duration time) throws Exception {
    Map<String, Long> before = switches();
    Thread.sleep(time);
    Map<String, Long> during = new TreeMap<>();
    switches()
        .forEach((thread, count) -> {
          long since = count - before.getOrDefault(thread, 0L);
          if (since > 0 && !thread.startsWith("C1 ") && !thread.startsWith("C2 ")) {
            during.put(thread, since);
          }
        });
    return during;
  }

  private static Map<String, Long> switches() throws IOException {
    Map<String, Long> counts = new HashMap<>();
    try (Stream<Path> threads = Files.list(THREADS)) {
      for (Path thread : threads.toList()) {
        try {
          String name = Files.readString(thread.resolve("comm")).strip();
          Matcher found = SWITCHES.matcher(Files.readString(thread.resolve("status")));
          long sum = found.results().mapToLong(one -> Long.parseLong(one.group(1))).sum();
          counts.put(name + " " + thread.getFileName(), sum);
        } catch (IOException ended) {
          // The thread has ended meanwhile.
        }
      }
    }
    return counts;
  }
}
