package fob.gateway.live;

import fob.gateway.http.Followed;
import fob.gateway.http.ServerEvents;
import fob.metrics.Activity;
import fob.metrics.FunctionActivity;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Predicate;

/** Sends each step of live figures to one client, beginning with the last one that is complete. */
final class LiveSteps implements Followed {

  /** How long after its end a step is sent: invokers write it in this time. */
  static final Duration GRACE = Duration.ofMillis(1_500);

  private final LiveFigures figures;
  private final Predicate<FunctionActivity> wanted;
  private final InstantSource clock;
  private Instant next;

  LiveSteps(LiveFigures figures, Predicate<FunctionActivity> wanted, InstantSource clock) {
    this.figures = figures;
    this.wanted = wanted;
    this.clock = clock;
    // A client that comes back soon misses no step.
    this.next = Activity.stepOf(clock.instant().minus(GRACE)).minus(Activity.STEP);
  }

  @Override
  public void tell(ServerEvents events) throws IOException {
    while (!clock.instant().isBefore(next.plus(Activity.STEP).plus(GRACE))) {
      events.event("step", LiveHandler.step(figures.step(next), wanted).toString());
      next = next.plus(Activity.STEP);
    }
  }
}
