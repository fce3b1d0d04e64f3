package fob.chaos.check;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The history and the log of a good run, which tests change to violate an invariant. */
final class Histories {

  /** A synchronous call of a steady client, without any fault. */
  static final String SYNC = "id-sync";

  /** An asynchronous call that succeeded in its second attempt. */
  static final String FLAKY = "id-flaky";

  /** An asynchronous call that failed for good. */
  static final String DEAD = "id-dead";

  /** An asynchronous call with an idempotency key, accepted by both gateways. */
  static final String KEYED = "id-keyed";

  /** An asynchronous call over Kafka that was answered twice, because an invoker was frozen. */
  static final String TWICE = "fob.async-3-17";

  private static final Instant START = Instant.parse("2026-11-24T10:00:00Z");

  final List<Event> events = new ArrayList<>();
  final List<Log.Call> calls = new ArrayList<>();
  final List<Log.Call> refused = new ArrayList<>();
  final List<Log.Response> responses = new ArrayList<>();
  final List<Log.Dead> dead = new ArrayList<>();
  final List<Log.Execution> runs = new ArrayList<>();
  final List<Log.Written> functions = new ArrayList<>();

  static Histories good() {
    Histories good = new Histories();
    good.sync();
    good.flaky();
    good.givenUp();
    good.keyed();
    good.refused();
    good.answeredTwice();
    good.deployers();
    return good;
  }

  static Instant at(double seconds) {
    return START.plusMillis(Math.round(seconds * 1000));
  }

  static Result echo(String token, int nonce) {
    return Result.ok("{\"result\":{\"token\":\"" + token + "\",\"nonce\":\"" + nonce + "\"}}");
  }

  private void sync() {
    invoked(1, "steady1-1", CallKind.SYNC_HTTP, Behaviour.ECHO);
    logged(1.01, SYNC, "steady1-1");
    run(1.02, SYNC, "steady1-1");
    responses.add(new Log.Response(at(1.03), SYNC, 1, echo("steady1-1", 1)));
    events.add(new Event.Answered(at(1.04), "steady1-1", SYNC, echo("steady1-1", 1)));
    lookedUpAtBoth(SYNC, echo("steady1-1", 1));
  }

  private void flaky() {
    invoked(2, "async1-1", CallKind.ASYNC_HTTP, Behaviour.FLAKY);
    logged(2.01, FLAKY, "async1-1");
    events.add(new Event.Accepted(at(2.02), "async1-1", FLAKY));
    events.add(new Event.LookedUp(at(2.5), "one", FLAKY, Result.IN_PROGRESS, false));
    run(2.02, FLAKY, "async1-1");
    run(3.1, FLAKY, "async1-1");
    responses.add(new Log.Response(at(3.2), FLAKY, 2, echo("async1-1", 2)));
    lookedUpAtBoth(FLAKY, echo("async1-1", 2));
  }

  private void givenUp() {
    Result never = new Result("function-error", "RuntimeError: never");
    invoked(3, "async1-2", CallKind.ASYNC_HTTP, Behaviour.FAILING);
    logged(3.01, DEAD, "async1-2");
    events.add(new Event.Accepted(at(3.02), "async1-2", DEAD));
    run(3.02, DEAD, "async1-2");
    run(4.1, DEAD, "async1-2");
    dead.add(new Log.Dead(at(4.2), DEAD, "function-error", 2, 0));
    responses.add(new Log.Response(at(4.21), DEAD, 2, never));
    lookedUpAtBoth(DEAD, never);
  }

  private void keyed() {
    invoked(5, "keyed-1", CallKind.KEYED_HTTP, Behaviour.ECHO);
    events.add(new Event.Unknown(at(5.5), "keyed-1", "connection reset"));
    invoked(6, "keyed-1", CallKind.KEYED_HTTP, Behaviour.ECHO);
    logged(6.01, KEYED, "keyed-1");
    events.add(new Event.Accepted(at(6.1), "keyed-1", KEYED));
    invoked(6.2, "keyed-1", CallKind.KEYED_HTTP, Behaviour.ECHO);
    events.add(new Event.Accepted(at(6.3), "keyed-1", KEYED));
    run(6.1, KEYED, "keyed-1");
    responses.add(new Log.Response(at(6.2), KEYED, 1, echo("keyed-1", 3)));
    lookedUpAtBoth(KEYED, echo("keyed-1", 3));
  }

  private void refused() {
    invoked(7, "sync-1", CallKind.SYNC_HTTP, Behaviour.ECHO);
    events.add(new Event.Refused(at(7.1), "sync-1", "the bus is away; nothing was run"));
  }

  private void answeredTwice() {
    invoked(19, "kafka-1", CallKind.ASYNC_KAFKA, Behaviour.SLOW);
    logged(19.01, TWICE, "kafka-1");
    events.add(new Event.Accepted(at(19.02), "kafka-1", TWICE));
    run(19.1, TWICE, "kafka-1");
    run(28, TWICE, "kafka-1");
    responses.add(new Log.Response(at(30.1), TWICE, 1, echo("kafka-1", 5)));
    responses.add(new Log.Response(at(30.5), TWICE, 1, echo("kafka-1", 4)));
    events.add(new Event.FaultInjected(at(20), at(30.2), Fault.FREEZE_INVOKER, "invoker-1"));
    lookedUpAtBoth(TWICE, echo("kafka-1", 5));
  }

  /** The first deployer was frozen, and stands by since. */
  private void deployers() {
    wrote(40, "fob-one");
    events.add(new Event.FaultInjected(at(41), at(60), Fault.FREEZE_DEPLOYER, "deployer-1"));
    wrote(49, "fob-two");
    wrote(70, "fob-two");
  }

  void wrote(double seconds, String deployer) {
    functions.add(new Log.Written(at(seconds), deployer));
  }

  private void invoked(double seconds, String token, CallKind kind, Behaviour behaviour) {
    events.add(new Event.Invoked(at(seconds), token, kind, behaviour));
  }

  private void logged(double seconds, String id, String token) {
    calls.add(new Log.Call(at(seconds), id, token));
  }

  private void run(double seconds, String id, String token) {
    runs.add(new Log.Execution(at(seconds), id, token));
  }

  private void lookedUpAtBoth(String id, Result result) {
    for (String gateway : List.of("one", "two")) {
      events.add(new Event.LookedUp(at(100), gateway, id, result, true));
    }
  }

  /** Changes the first response of a call. */
  void changeResponse(String id, UnaryOperator<Result> change) {
    for (int i = 0; i < responses.size(); i++) {
      Log.Response was = responses.get(i);
      if (was.id().equals(id)) {
        responses.set(i, new Log.Response(was.at(), id, was.attempt(), change.apply(was.result())));
        return;
      }
    }
    throw new IllegalArgumentException("no response of " + id);
  }

  Log log() {
    return new Log(calls, refused, responses, dead, runs, functions);
  }

  List<Violation> check() {
    return Checker.check(events, log());
  }
}
