package fob.chaos.check;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Everything that is known of one request id. Filled by {@link Cases}, then only read. */
final class Case {

  final String id;
  @Nullable String token;
  final List<Event.Invoked> invoked = new ArrayList<>();
  final List<Event> told = new ArrayList<>();
  final List<Event.Seen> seen = new ArrayList<>();
  final List<Log.Call> calls = new ArrayList<>();
  final List<Log.Response> responses = new ArrayList<>();
  final List<Log.Dead> dead = new ArrayList<>();
  final List<Log.Execution> executions = new ArrayList<>();

  Case(String id) {
    this.id = id;
  }

  boolean isAcknowledged() {
    return told.stream().anyMatch(Case::isAcknowledgement);
  }

  static boolean isAcknowledgement(Event event) {
    return event instanceof Event.Accepted || event instanceof Event.Answered;
  }

  /** What the call's result is. */
  Optional<Log.Response> first() {
    return responses.stream().findFirst();
  }

  Optional<Way> way() {
    return invoked.stream().findFirst().map(Event.Invoked::way);
  }

  Optional<Behaviour> function() {
    return invoked.stream().findFirst().map(Event.Invoked::function);
  }

  /** Whether it lived at some time of a fault: from its first invocation to its last trace. */
  boolean lived(Event.Struck fault) {
    Instant born = times().min(Comparator.naturalOrder()).orElse(Instant.MIN);
    Instant died = times().max(Comparator.naturalOrder()).orElse(Instant.MAX);
    return !born.isAfter(fault.until()) && !died.isBefore(fault.at());
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
    return new Violation(invariant, "call " + id + ": " + what, story());
  }

  private record Line(Instant at, Object what) {}

  private List<String> story() {
    return Stream.of(
            invoked.stream().map(e -> new Line(e.at(), e)),
            told.stream().map(e -> new Line(e.at(), e)),
            seen.stream().map(e -> new Line(e.at(), e)),
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
