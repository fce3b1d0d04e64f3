package fob.fakemarathon;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong with requests. A pattern is a regular expression for the method and the path
 * without the prefix, as {@code "POST /v2/apps"} or {@code "(PUT|DELETE) /v2/apps/fob/.*"}. The
 * oldest fault that matches a request is the one it gets. Thread-safe.
 */
public final class Faults {

  /** So many times that it never ends. */
  public static final int ALWAYS = Integer.MAX_VALUE;

  private static final Duration LONGEST_HOLD = Duration.ofMinutes(2);

  /** Requests that wait; closing it lets them go on, and may be done more than once. */
  public interface Hold extends AutoCloseable {
    @Override
    void close();
  }

  private enum Kind {
    ANSWER,
    LOSE_REPLY,
    LOSE_REQUEST
  }

  private record Fault(Predicate<String> matches, Kind kind, int status, AtomicInteger left) {}

  private record Held(Predicate<String> matches, CountDownLatch released) {}

  /** What to do with one request, when it is not to be served as usual. */
  sealed interface Effect {
    record AnswerInstead(Answer answer) implements Effect {}

    record LoseReply() implements Effect {}

    record LoseRequest() implements Effect {}
  }

  private final List<Fault> faults = new CopyOnWriteArrayList<>();
  private final List<Held> holds = new CopyOnWriteArrayList<>();

  Faults() {}

  /** Answers the next {@code times} matching requests with this status, and does nothing else. */
  public void answer(String pattern, int status, int times) {
    faults.add(new Fault(matcher(pattern), Kind.ANSWER, status, new AtomicInteger(times)));
  }

  /** Serves the next {@code times} matching requests and closes their connections unanswered. */
  public void loseReplies(String pattern, int times) {
    faults.add(new Fault(matcher(pattern), Kind.LOSE_REPLY, 0, new AtomicInteger(times)));
  }

  /** Closes the connections of the next {@code times} matching requests without serving them. */
  public void loseRequests(String pattern, int times) {
    faults.add(new Fault(matcher(pattern), Kind.LOSE_REQUEST, 0, new AtomicInteger(times)));
  }

  /** Lets matching requests wait before they are served; closing the result lets them go on. */
  public Hold hold(String pattern) {
    Held hold = new Held(matcher(pattern), new CountDownLatch(1));
    holds.add(hold);
    return () -> {
      holds.remove(hold);
      hold.released().countDown();
    };
  }

  /** Ends all faults, and lets go what is held. */
  public void none() {
    faults.clear();
    holds.forEach(hold -> hold.released().countDown());
    holds.clear();
  }

  private static Predicate<String> matcher(String pattern) {
    return Pattern.compile(pattern).asMatchPredicate();
  }

  void awaitHolds(String methodAndPath) throws InterruptedException {
    for (Held hold : holds) {
      if (hold.matches().test(methodAndPath)) {
        var _ = hold.released().await(LONGEST_HOLD.toMillis(), TimeUnit.MILLISECONDS);
      }
    }
  }

  @Nullable Effect effect(String methodAndPath) {
    for (Fault fault : faults) {
      if (fault.matches().test(methodAndPath) && take(fault.left())) {
        return switch (fault.kind()) {
          case ANSWER -> new Effect.AnswerInstead(answer(fault.status()));
          case LOSE_REPLY -> new Effect.LoseReply();
          case LOSE_REQUEST -> new Effect.LoseRequest();
        };
      }
    }
    return null;
  }

  private static boolean take(AtomicInteger left) {
    return left.getAndUpdate(n -> n == ALWAYS || n == 0 ? n : n - 1) > 0;
  }

  private static Answer answer(int status) {
    return switch (status) {
      case 403 -> Refusal.tooManyDeployments(100).answer();
      case 409 -> Refusal.locked(List.of("00000000-0000-0000-0000-000000000000")).answer();
      case 502 -> Answer.text(502, "text/html", "<html><body>502 Bad Gateway</body></html>");
      default -> Refusal.of(status, "injected by a test").answer();
    };
  }
}
