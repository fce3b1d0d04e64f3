package fob.deployer;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Decisions that are due later, and a clock that goes on only when a test lets time pass. */
final class FakeTimers implements Later, InstantSource {

  private record Due(Instant at, Runnable decision) {}

  private final List<Due> due = new ArrayList<>();
  private Instant now = Instant.ofEpochMilli(1_000_000);

  /** What is due at once runs at once. */
  @Override
  public void run(Duration delay, Runnable decision) {
    if (delay.isZero() || delay.isNegative()) {
      decision.run();
    } else {
      due.add(new Due(now.plus(delay), decision));
    }
  }

  @Override
  public Instant instant() {
    return now;
  }

  /** Returns times of a deployer that keeps this number of versions. */
  Times times(int keptVersions) {
    return new Times(this, this, keptVersions);
  }

  void pass(Duration time) {
    Instant end = now.plus(time);
    while (true) {
      Due next = due.stream().min(Comparator.comparing(Due::at)).orElse(null);
      if (next == null || next.at().isAfter(end)) {
        now = end;
        return;
      }
      now = next.at();
      due.remove(next);
      next.decision().run();
    }
  }
}
