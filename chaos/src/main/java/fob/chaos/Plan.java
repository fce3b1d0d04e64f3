package fob.chaos;

import fob.chaos.check.Fault;
import java.time.Duration;
import java.util.List;

/**
 * The parameters of a chaos run.
 *
 * @param seed seeds the random choice of functions, processes and times
 * @param load how long clients make calls
 * @param clients how many times each of the clients is there; positive
 * @param faults the faults in their order, repeated while there is time; not empty
 * @param pause the shortest time between the end of a fault and the next fault; the longest is
 *     twice as long
 * @param settle how long no call in flight may end after the load, until the run gives up waiting
 */
public record Plan(
    long seed, Duration load, int clients, List<Fault> faults, Duration pause, Duration settle) {

  public Plan {
    faults = List.copyOf(faults);
    if (faults.isEmpty()) {
      throw new IllegalArgumentException("a plan needs a fault");
    }
    if (clients < 1) {
      throw new IllegalArgumentException("a plan needs clients, and has " + clients);
    }
  }
}
