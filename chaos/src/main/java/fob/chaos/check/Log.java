package fob.chaos.check;

import java.time.Instant;
import java.util.List;

/** What is on the bus, and in the functions' logs, when all is over. */
public record Log(
    List<Call> calls, List<Response> responses, List<Dead> dead, List<Execution> executions) {

  public Log {
    calls = List.copyOf(calls);
    responses = List.copyOf(responses);
    dead = List.copyOf(dead);
    executions = List.copyOf(executions);
  }

  /** A record of {@code fob.call} or {@code fob.async}. */
  public record Call(Instant at, String id, String token) {}

  /** A record of {@code fob.response}; those of one id are in the order of the topic. */
  public record Response(Instant at, String id, int attempt, Result result) {}

  /**
   * A dead letter.
   *
   * @param attempt the last one's number
   * @param unreachable how many of those before the last ended with the instance
   */
  public record Dead(Instant at, String id, String reason, int attempt, int unreachable) {}

  /** A line that a function printed as it began. Those of a killed process may be missing. */
  public record Execution(Instant at, String id, String token) {}
}
