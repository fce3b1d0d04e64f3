package fob.invoker;

import fob.traces.Traces;
import java.time.InstantSource;

/** What notes what calls do: their logs, their traces, and the time. Thread-safe. */
record Observation(CallLogs logs, Traces traces, InstantSource clock) {

  /** Returns the same for calls that are not traced. */
  Observation untraced() {
    return new Observation(logs, Traces.NONE, clock);
  }
}
