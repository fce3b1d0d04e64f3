package fob.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fob.metrics.Activity;
import fob.metrics.Buckets;
import fob.metrics.FunctionActivity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveFiguresTest {

  private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

  private Instant now = AT.plusSeconds(6);
  private final LiveFigures figures = new LiveFigures(() -> now);

  private static FunctionActivity calls(String function, int calls) {
    long[] times = new long[Buckets.count()];
    times[3] = calls; // 750 to 1000 µs
    return new FunctionActivity(function, 1, 300L * calls, 10L * calls, 500L * calls, times);
  }

  @Test
  void addsUpWhatInvokersWrite() {
    figures.add(new Activity(AT, List.of(calls("f", 2))));
    figures.add(new Activity(AT, List.of(calls("f", 3), calls("g", 1))));

    JsonNode step = LiveHandler.step(figures.step(AT), _ -> true);

    assertThat(step.path("at").asText()).isEqualTo("2026-01-02T03:04:05Z");
    JsonNode f = step.at("/functions/f");
    assertThat(f.path("calls").asLong()).isEqualTo(5);
    assertThat(f.path("errors").asLong()).isEqualTo(2);
    assertThat(f.path("p50_us").asLong()).isBetween(750L, 1_000L);
    assertThat(f.path("p99_us").asLong()).isBetween(750L, 1_000L);
    assertThat(f.path("queue_us").asLong()).isEqualTo(300);
    assertThat(f.path("wait_us").asLong()).isEqualTo(10);
    assertThat(f.path("run_us").asLong()).isEqualTo(500);
    assertThat(step.at("/functions/g/calls").asLong()).isEqualTo(1);
  }

  @Test
  void showsOnlyWantedFunctions() {
    figures.add(new Activity(AT, List.of(calls("f", 2), calls("g", 1))));

    JsonNode step = LiveHandler.step(figures.step(AT), of -> of.function().equals("g"));

    assertThat(step.path("functions").properties()).hasSize(1);
    assertThat(step.at("/functions/g/calls").asLong()).isEqualTo(1);
  }

  @Test
  void stepsAreInTheOrderOfTheirTimes() {
    figures.add(new Activity(AT, List.of(calls("f", 2))));
    figures.add(new Activity(AT.minusSeconds(5), List.of(calls("f", 1))));

    assertThat(figures.steps()).extracting(Activity::at).containsExactly(AT.minusSeconds(5), AT);
  }

  @Test
  void forgetsOldSteps() {
    figures.add(new Activity(AT, List.of(calls("f", 2))));
    now = AT.plus(LiveFigures.KEPT).plusSeconds(1);

    assertThat(figures.steps()).isEmpty();
    figures.add(new Activity(AT, List.of(calls("f", 2))));
    assertThat(figures.steps()).isEmpty();
  }

  @Test
  void ignoresStepsOfAWrongClock() {
    figures.add(new Activity(now.plusSeconds(60), List.of(calls("f", 2))));

    assertThat(figures.steps()).isEmpty();
  }

  @Test
  void keepsABoundedNumberOfFunctions() {
    List<FunctionActivity> many = new ArrayList<>();
    for (int i = 0; i < LiveFigures.MOST_FUNCTIONS + 1; i++) {
      many.add(calls("f" + i, 1));
    }
    figures.add(new Activity(AT, many));
    figures.add(new Activity(AT, List.of(calls("f0", 1), calls("late", 1))));

    Activity step = figures.step(AT);
    assertThat(step.functions()).hasSize(LiveFigures.MOST_FUNCTIONS);
    assertThat(step.functions())
        .anyMatch(of -> of.function().equals("f0") && of.calls() == 2)
        .noneMatch(of -> of.function().equals("late"));
  }

  @Test
  void stepWithoutCallsIsEmpty() {
    assertThat(figures.step(AT).functions()).isEmpty();
  }
}
