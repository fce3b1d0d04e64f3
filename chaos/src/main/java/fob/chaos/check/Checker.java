package fob.chaos.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Looks for violations. It knows nothing but the values that it is given, and changes none. */
public final class Checker {

  private final Cases cases;
  private final List<Violation> violations = new ArrayList<>();

  private Checker(Cases cases) {
    this.cases = cases;
  }

  /** Everything that is wrong; empty if nothing is. */
  public static List<Violation> check(List<Event> history, Log log) {
    Checker checker = new Checker(new Cases(history, log));
    checker.run();
    return List.copyOf(checker.violations);
  }

  private void run() {
    Repetitions repetitions = new Repetitions(cases);
    for (Case each : cases.all()) {
      checkAnswered(each);
      checkReaders(each);
      checkResult(each);
      checkOrigin(each);
      checkCaller(each);
      violations.addAll(repetitions.unexplained(each));
      violations.addAll(DeadLetters.check(each));
    }
    cases.tokens().forEach(this::checkRefused);
    cases.tokens().forEach(this::checkKey);
  }

  private void checkAnswered(Case each) {
    if (each.isAcknowledged() && each.responses.isEmpty()) {
      violate(each, Invariant.ACCEPTED_IS_ANSWERED, "it was acknowledged, and has no response");
    } else if (!each.calls.isEmpty() && each.responses.isEmpty()) {
      violate(each, Invariant.BOOKS_BALANCE, "it is in the log, and has no response");
    } else if (each.isAcknowledged() && each.calls.isEmpty()) {
      violate(each, Invariant.BOOKS_BALANCE, "it was acknowledged, and is not in the log");
    }
  }

  private void checkReaders(Case each) {
    boolean fromHttp = each.way().map(Way::isHttp).orElse(false);
    for (Event.Seen seen : each.seen) {
      boolean early =
          !seen.last()
              && (seen.result().equals(Result.GOING)
                  || (seen.result().equals(Result.UNKNOWN) && !fromHttp));
      boolean agrees = each.first().map(first -> first.result().equals(seen.result())).orElse(true);
      if (!early && !agrees) {
        violate(each, Invariant.READERS_AGREE, seen.reader() + " saw " + seen.result());
      }
    }
  }

  private void checkResult(Case each) {
    String token = each.token;
    for (Log.Response response : each.responses) {
      if (token != null && response.result().isOk() && !response.result().echoes(token)) {
        violate(
            each,
            Invariant.RESULT_IS_ITS_OWN,
            "expected an echo of " + token + ", but there is " + response.result().text());
      }
    }
  }

  private void checkOrigin(Case each) {
    if (!each.responses.isEmpty() && each.calls.isEmpty() && each.told.isEmpty()) {
      violate(each, Invariant.NOTHING_INVENTED, "a response, and nobody made this call");
    } else if (!each.calls.isEmpty() && each.invoked.isEmpty()) {
      violate(each, Invariant.NOTHING_INVENTED, "no client made a call with " + each.token);
    }
  }

  private void checkCaller(Case each) {
    for (Event told : each.told) {
      if (told instanceof Event.Answered answered
          && each.first().map(first -> !first.result().equals(answered.result())).orElse(false)) {
        violate(
            each,
            Invariant.CALLER_HEARD_THE_RESULT,
            "its caller was told " + answered.result() + ", which is not the first response");
      }
    }
  }

  private void checkRefused(String token, List<Event> events) {
    boolean refused =
        events.stream()
            .allMatch(event -> event instanceof Event.Invoked || event instanceof Event.Refused);
    if (refused && !cases.idsOf(token).isEmpty()) {
      violate(token, Invariant.REFUSED_IS_NOT_RUN, "was refused, and is in the log");
    }
  }

  private void checkKey(String token, List<Event> events) {
    Set<String> ids = new TreeSet<>(cases.idsOf(token));
    for (Event event : events) {
      if (event instanceof Event.Accepted accepted) {
        ids.add(accepted.id());
      }
    }
    if (ids.size() > 1) {
      violate(token, Invariant.ONE_KEY_ONE_CALL, "has the ids " + ids);
    }
  }

  private void violate(String token, Invariant invariant, String what) {
    violations.add(
        new Violation(
            invariant,
            "the call of " + token + " " + what,
            cases.ofToken(token).stream().map(Event::toString).toList()));
  }

  private void violate(Case each, Invariant invariant, String what) {
    violations.add(each.violates(invariant, what));
  }
}
