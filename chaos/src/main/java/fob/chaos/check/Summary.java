package fob.chaos.check;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The figures of a run.
 *
 * @param events the number of events by kind of call and kind of event
 * @param faults the number of faults by kind
 * @param calls the number of calls in the log
 * @param ok the number of calls in the log whose first response is a result
 * @param failed the number of calls in the log whose first response is a failure
 * @param runs the number of runs that functions logged
 * @param lost the number of accepted calls without a response
 * @param dead the number of calls with a dead letter
 * @param answeredAgain the number of responses after the first one of a call, by cause
 * @param runAgain the number of runs beyond one for each attempt, by cause
 * @param outages the longest time without a result for a synchronous client, by fault
 */
public record Summary(
    Map<String, Long> events,
    Map<Fault, Long> faults,
    long calls,
    long ok,
    long failed,
    long runs,
    long lost,
    long dead,
    Map<String, Integer> answeredAgain,
    Map<String, Integer> runAgain,
    Map<Fault, Duration> outages) {

  /** The names of the clients whose calls should always succeed begin with this prefix. */
  public static final String STEADY = "steady";

  public static Summary of(List<Event> history, Log log) {
    CallTraces traces = new CallTraces(history, log);
    Repetitions repetitions = new Repetitions(traces);
    Map<String, Integer> answered = new TreeMap<>();
    Map<String, Integer> run = new TreeMap<>();
    for (CallTrace trace : traces.all()) {
      String cause = repetitions.cause(trace).map(Fault::toString).orElse("UNEXPLAINED");
      count(answered, cause, Repetitions.responses(trace));
      count(run, cause, Repetitions.runs(trace));
    }
    Map<Fault, Long> faults = new EnumMap<>(Fault.class);
    traces.faults().forEach(struck -> faults.merge(struck.fault(), 1L, Long::sum));
    return new Summary(
        events(history),
        faults,
        traces.all().stream().filter(trace -> !trace.calls.isEmpty()).count(),
        ended(traces, true),
        ended(traces, false),
        log.executions().size(),
        traces.all().stream().filter(c -> c.isAccepted() && c.responses.isEmpty()).count(),
        traces.all().stream().filter(trace -> !trace.dead.isEmpty()).count(),
        answered,
        run,
        outages(history, traces.faults()));
  }

  private static void count(Map<String, Integer> counts, String cause, int number) {
    if (number > 0) {
      counts.merge(cause, number, Integer::sum);
    }
  }

  private static long ended(CallTraces traces, boolean ok) {
    return traces.all().stream()
        .filter(trace -> !trace.calls.isEmpty())
        .filter(trace -> trace.first().filter(first -> first.result().isOk() == ok).isPresent())
        .count();
  }

  private static Map<String, Long> events(List<Event> history) {
    Map<String, CallKind> ways = new HashMap<>();
    Map<String, Long> counts = new TreeMap<>();
    for (Event event : history) {
      String of =
          switch (event) {
            case Event.Invoked e -> {
              ways.put(e.token(), e.kind());
              yield e.kind() + " invoked";
            }
            case Event.Accepted e -> ways.get(e.token()) + " accepted";
            case Event.Answered e -> ways.get(e.token()) + " answered";
            case Event.Refused e -> ways.get(e.token()) + " refused";
            case Event.Unknown e -> ways.get(e.token()) + " unknown";
            case Event.LookedUp e -> e.last() ? "looked up at the end" : "looked up meanwhile";
            case Event.FaultInjected _ -> "faults";
          };
      counts.merge(of, 1L, Long::sum);
    }
    return counts;
  }

  private static Map<Fault, Duration> outages(
      List<Event> history, List<Event.FaultInjected> faults) {
    Map<Fault, Duration> longest = new EnumMap<>(Fault.class);
    Map<String, Instant> last = new HashMap<>();
    for (Event event : history) {
      if (event instanceof Event.Answered answered
          && answered.token().startsWith(STEADY)
          && answered.result().isOk()) {
        String client = answered.token().substring(0, answered.token().indexOf('-'));
        Instant before = last.put(client, answered.at());
        if (before != null) {
          Duration gap = Duration.between(before, answered.at());
          faults.stream()
              .filter(f -> before.isBefore(f.until()) && answered.at().isAfter(f.at()))
              .forEach(f -> longest.merge(f.fault(), gap, Summary::longer));
        }
      }
    }
    return longest;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
