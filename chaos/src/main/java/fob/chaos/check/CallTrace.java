package fob.chaos.check;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All events and records of one request id. {@link CallTraces} fills it; afterwards it does not
 * change.
 */
final class CallTrace {

  final String id;
  @Nullable String token;
  final List<Event.Invoked> invoked = new ArrayList<>();
  final List<Event> replies = new ArrayList<>();
  final List<Event.LookedUp> lookUps = new ArrayList<>();
  final List<Log.Call> calls = new ArrayList<>();
  final List<Log.Response> responses = new ArrayList<>();
  final List<Log.Dead> dead = new ArrayList<>();
  final List<Log.Execution> executions = new ArrayList<>();

  CallTrace(String id) {
    this.id = id;
  }

  boolean isAccepted() {
    return replies.stream().anyMatch(CallTrace::isAcceptance);
  }

  static boolean isAcceptance(Event event) {
    return event instanceof Event.Accepted || event instanceof Event.Answered;
  }

  /** Returns the first response, which is the call's result. */
  Optional<Log.Response> first() {
    return responses.stream().findFirst();
  }

  Optional<CallKind> kind() {
    return invoked.stream().findFirst().map(Event.Invoked::kind);
  }

  Optional<Behaviour> function() {
    return invoked.stream().findFirst().map(Event.Invoked::function);
  }

  /** Returns whether the call, from its first to its last event, and the fault overlap in time. */
  boolean overlaps(Event.FaultInjected fault) {
    Instant begin = times().min(Comparator.naturalOrder()).orElse(Instant.MIN);
    Instant end = times().max(Comparator.naturalOrder()).orElse(Instant.MAX);
    return !begin.isAfter(fault.until()) && !end.isBefore(fault.at());
  }

  private Stream<Instant> times() {
    return Stream.of(
            invoked.stream().map(Event::at),
            calls.stream().map(Log.Call::at),
            responses.stream().map(Log.Response::at),
            executions.stream().map(Log.Execution::at))
        .flatMap(times -> times);
  }

  Violation violates(Invariant invariant, String what) {
    return new Violation(invariant, "call " + id + ": " + what, events());
  }

  private record Line(Instant at, Object what) {}

  private List<String> events() {
    return Stream.of(
            invoked.stream().map(e -> new Line(e.at(), e)),
            replies.stream().map(e -> new Line(e.at(), e)),
            lookUps.stream().map(e -> new Line(e.at(), e)),
            calls.stream().map(e -> new Line(e.at(), e)),
            responses.stream().map(e -> new Line(e.at(), e)),
            dead.stream().map(e -> new Line(e.at(), e)),
            executions.stream().map(e -> new Line(e.at(), e)))
        .flatMap(lines -> lines)
        .sorted(Comparator.comparing(Line::at))
        .map(line -> line.what().toString())
        .toList();
  }
}
