package fob.chaos.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Checks the invariants. An instance checks one run. */
public final class Checker {

  private final CallTraces traces;
  private final Log log;
  private final List<Violation> violations = new ArrayList<>();

  private Checker(CallTraces traces, Log log) {
    this.traces = traces;
    this.log = log;
  }

  /** Returns all violations; empty if every invariant holds. */
  public static List<Violation> check(List<Event> history, Log log) {
    Checker checker = new Checker(new CallTraces(history, log), log);
    checker.run();
    return List.copyOf(checker.violations);
  }

  private void run() {
    Repetitions repetitions = new Repetitions(traces);
    for (CallTrace trace : traces.all()) {
      checkAnswered(trace);
      checkReaders(trace);
      checkResult(trace);
      checkOrigin(trace);
      checkCaller(trace);
      violations.addAll(repetitions.unexplained(trace));
      violations.addAll(DeadLetters.check(trace));
    }
    traces.tokens().forEach(this::checkRefused);
    traces.tokens().forEach(this::checkKey);
    violations.addAll(Deployers.check(log.functions(), traces.faults()));
  }

  private void checkAnswered(CallTrace trace) {
    if (trace.isAccepted() && trace.responses.isEmpty()) {
      violate(trace, Invariant.ACCEPTED_IS_ANSWERED, "it was accepted, but has no response");
    } else if (!trace.calls.isEmpty() && trace.responses.isEmpty()) {
      violate(trace, Invariant.BOOKS_BALANCE, "it is in the log, but has no response");
    } else if (trace.isAccepted() && trace.calls.isEmpty()) {
      violate(trace, Invariant.BOOKS_BALANCE, "it was accepted, but is not in the log");
    }
  }

  private void checkReaders(CallTrace trace) {
    boolean fromHttp = trace.kind().map(CallKind::isHttp).orElse(false);
    for (Event.LookedUp lookUp : trace.lookUps) {
      boolean early =
          !lookUp.last()
              && (lookUp.result().equals(Result.IN_PROGRESS)
                  || (lookUp.result().equals(Result.UNKNOWN) && !fromHttp));
      boolean agrees =
          trace.first().map(first -> first.result().equals(lookUp.result())).orElse(true);
      if (!early && !agrees) {
        violate(trace, Invariant.READERS_AGREE, lookUp.reader() + " saw " + lookUp.result());
      }
    }
  }

  private void checkResult(CallTrace trace) {
    String token = trace.token;
    for (Log.Response response : trace.responses) {
      if (token != null && response.result().isOk() && !response.result().echoes(token)) {
        violate(
            trace,
            Invariant.RESULT_IS_ITS_OWN,
            "expected an echo of " + token + ", but there is " + response.result().text());
      }
    }
  }

  private void checkOrigin(CallTrace trace) {
    if (!trace.responses.isEmpty() && trace.calls.isEmpty() && trace.invoked.isEmpty()) {
      violate(
          trace, Invariant.NOTHING_INVENTED, "there is a response, but no client made this call");
    } else if (!trace.calls.isEmpty() && trace.invoked.isEmpty()) {
      violate(trace, Invariant.NOTHING_INVENTED, "no client made a call with " + trace.token);
    }
  }

  private void checkCaller(CallTrace trace) {
    for (Event reply : trace.replies) {
      if (reply instanceof Event.Answered answered
          && trace.first().map(first -> !first.result().equals(answered.result())).orElse(false)) {
        violate(
            trace,
            Invariant.CALLER_HEARD_THE_RESULT,
            "its caller got " + answered.result() + ", which is not the first response");
      }
    }
  }

  private void checkRefused(String token, List<Event> events) {
    boolean refused =
        events.stream()
            .allMatch(event -> event instanceof Event.Invoked || event instanceof Event.Refused);
    if (refused && !traces.idsOf(token).isEmpty()) {
      violate(token, Invariant.REFUSED_IS_NOT_RUN, "was refused, but is in the log");
    }
  }

  private void checkKey(String token, List<Event> events) {
    Set<String> ids = new TreeSet<>(traces.idsOf(token));
    for (Event event : events) {
      if (event instanceof Event.Accepted accepted) {
        ids.add(accepted.id());
      } else if (event instanceof Event.Answered answered) {
        ids.add(answered.id());
      }
    }
    if (ids.size() > 1) {
      violate(token, Invariant.ONE_KEY_ONE_CALL, "has more than one id: " + ids);
    }
  }

  private void violate(String token, Invariant invariant, String what) {
    violations.add(
        new Violation(
            invariant,
            "the call of " + token + " " + what,
            traces.ofToken(token).stream().map(Event::toString).toList()));
  }

  private void violate(CallTrace trace, Invariant invariant, String what) {
    violations.add(trace.violates(invariant, what));
  }
}
