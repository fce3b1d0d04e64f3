package fob.chaos;

import fob.chaos.check.Fault;
import java.time.Duration;
import java.util.List;

/**
 * What a run does.
 *
 * @param seed of every choice: which client calls what, and which fault hits whom and when
 * @param load how long clients make calls
 * @param faults taken in turn, again and again while there is time
 * @param calm the least time from one fault's end to the next; up to twice that
 * @param settle how long what is in flight at the end may take
 */
public record Plan(long seed, Duration load, List<Fault> faults, Duration calm, Duration settle) {

  public Plan {
    faults = List.copyOf(faults);
    if (faults.isEmpty()) {
      throw new IllegalArgumentException("a plan needs a fault");
    }
  }
}
