package fob.chaos.check;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A run in numbers.
 *
 * @param events how often each kind of event happened, per way of calling
 * @param faults how often each fault happened
 * @param calls in the log
 * @param ok of those, whose first response is a result
 * @param failed of those, whose first response is a failure
 * @param runs of functions, as far as they told
 * @param lost acknowledged calls without a response
 * @param dead dead letters
 * @param answeredAgain responses besides the first of a call, by cause
 * @param runAgain runs besides one for each attempt, by cause
 * @param outages the longest time without a result that a synchronous client saw, per fault
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

  /** The clients whose calls should always succeed: their names, up to a dash, begin so. */
  public static final String STEADY = "steady";

  public static Summary of(List<Event> history, Log log) {
    Cases cases = new Cases(history, log);
    Repetitions repetitions = new Repetitions(cases);
    Map<String, Integer> answered = new TreeMap<>();
    Map<String, Integer> run = new TreeMap<>();
    for (Case each : cases.all()) {
      String cause = repetitions.cause(each).map(Fault::toString).orElse("UNEXPLAINED");
      count(answered, cause, Repetitions.responses(each));
      count(run, cause, Repetitions.runs(each));
    }
    Map<Fault, Long> faults = new EnumMap<>(Fault.class);
    cases.faults().forEach(struck -> faults.merge(struck.fault(), 1L, Long::sum));
    return new Summary(
        events(history),
        faults,
        cases.all().stream().filter(each -> !each.calls.isEmpty()).count(),
        ended(cases, true),
        ended(cases, false),
        log.executions().size(),
        cases.all().stream().filter(c -> c.isAcknowledged() && c.responses.isEmpty()).count(),
        cases.all().stream().filter(each -> !each.dead.isEmpty()).count(),
        answered,
        run,
        outages(history, cases.faults()));
  }

  private static void count(Map<String, Integer> counts, String cause, int number) {
    if (number > 0) {
      counts.merge(cause, number, Integer::sum);
    }
  }

  private static long ended(Cases cases, boolean ok) {
    return cases.all().stream()
        .filter(each -> !each.calls.isEmpty())
        .filter(each -> each.first().filter(first -> first.result().isOk() == ok).isPresent())
        .count();
  }

  private static Map<String, Long> events(List<Event> history) {
    Map<String, Way> ways = new HashMap<>();
    Map<String, Long> counts = new TreeMap<>();
    for (Event event : history) {
      String of =
          switch (event) {
            case Event.Invoked e -> {
              ways.put(e.token(), e.way());
              yield e.way() + " invoked";
            }
            case Event.Accepted e -> ways.get(e.token()) + " accepted";
            case Event.Answered e -> ways.get(e.token()) + " answered";
            case Event.Refused e -> ways.get(e.token()) + " refused";
            case Event.Unsure e -> ways.get(e.token()) + " unknown";
            case Event.Seen e -> e.last() ? "looked up at the end" : "looked up meanwhile";
            case Event.Struck _ -> "faults";
          };
      counts.merge(of, 1L, Long::sum);
    }
    return counts;
  }

  private static Map<Fault, Duration> outages(List<Event> history, List<Event.Struck> faults) {
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
